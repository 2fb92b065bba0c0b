using Holdfast.Engine.Sqlite.Sink;

namespace Holdfast.DataPlane.Tests;

/// <summary>
/// Triggers of the sink's own that see each transaction of the task from within: who wrote it, and the sum of the balances that it
/// leaves. What they note is in the same transaction, so it is the whole list of committed states, in their order.
/// </summary>
internal static class Witness
{
    private const string Note =
        "INSERT INTO witness(epoch, count, sum) VALUES(NEW.epoch, NEW.count, (SELECT sum(balance) FROM account))";

    internal static async Task Install(Bank sink, string file)
    {
        // The tables that the triggers watch are the sink's, made when it is opened first.
        await using (await SqliteSink.Open(file, TimeProvider.System, cancel: TestContext.Current.CancellationToken))
        {
        }

        using var connection = sink.Open();
        Bank.Run(connection, "CREATE TABLE witness(no INTEGER PRIMARY KEY AUTOINCREMENT, epoch, count, sum)");
        Bank.Run(connection, $"CREATE TRIGGER witness_first AFTER INSERT ON hf_lane BEGIN {Note}; END");
        Bank.Run(connection, $"CREATE TRIGGER witness_next AFTER UPDATE ON hf_lane BEGIN {Note}; END");
    }

    /// <summary>No older epoch has written after a newer one, none has passed a transaction over, and each left the bank's sum.</summary>
    /// <returns>Count of the transactions that were noted.</returns>
    internal static long Check(Bank sink)
    {
        using var connection = sink.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT no, epoch, count, sum FROM witness ORDER BY no";
        using var row = command.ExecuteReader();
        var (epoch, count) = (0L, 0L);
        while (row.Read())
        {
            var where = string.Create(
                CultureInfo.InvariantCulture, $"transaction {row.GetInt64(0)}, epoch {row.GetInt64(1)} after {epoch}");
            Assert.True(row.GetInt64(1) >= epoch, $"two writers: {where}");
            Assert.True(row.GetInt64(2) == count + 1, $"{where}: the lane has counted {row.GetInt64(2)} after {count}");
            Assert.True(row.GetInt64(3) == Bank.Sum, $"{where}: the balances come to {row.GetInt64(3)}");
            (epoch, count) = (row.GetInt64(1), row.GetInt64(2));
        }

        return count;
    }

    /// <summary>The epoch that has written last.</summary>
    internal static long Epoch(Bank sink)
    {
        using var connection = sink.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT coalesce(max(epoch), 0) FROM witness";
        return (long)command.ExecuteScalar()!;
    }
}
