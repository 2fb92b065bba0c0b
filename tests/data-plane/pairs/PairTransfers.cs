namespace Holdfast.DataPlane.Tests.Pairs;

/// <summary>The statements of the bank's transactions.</summary>
internal static class PairTransfers
{
    internal static string Transfer(BankPlace place, Random random, int number)
    {
        var (from, to) = (random.Next(Bank.Accounts), random.Next(Bank.Accounts));
        return string.Create(CultureInfo.InvariantCulture, $"""
            UPDATE main.account SET balance = balance - {number % 97} WHERE id = {from};
            UPDATE main.account SET balance = balance + {number % 97} WHERE id = {to};
            INSERT INTO main.ledger VALUES({number}, {from}, {to}, {number}.25, {place.TwoBytes});
            INSERT INTO main.journal VALUES({number}, 'transfer');
            DELETE FROM main.ledger WHERE no = {number - 100}
            """);
    }

    internal static string Closing(Random random, int number) => string.Create(CultureInfo.InvariantCulture, $"""
        UPDATE main.account SET balance = balance - {number % 97} WHERE id = {random.Next(Bank.Accounts)};
        DELETE FROM main.posting;
        INSERT INTO main.posting SELECT {number} + a.id * {Bank.Accounts} + b.id, {number}, '{new string('0', 200)}'
            FROM main.account AS a, main.account AS b;
        UPDATE main.account SET balance = balance + {number % 97} WHERE id = {random.Next(Bank.Accounts)};
        INSERT INTO main.journal VALUES({number}, 'closing')
        """);
}
