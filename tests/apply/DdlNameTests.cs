namespace Holdfast.Apply.Tests;

public sealed class DdlNameTests
{
    private static readonly DdlName Drop = new(new Position(0, 9), "DROP TABLE t", "main.t");

    /// <summary>
    /// People keep tickets in configurations: printf 'ddl\n0/9\nmain.t\nDROP TABLE t' | sha256sum | cut -c 1-16, and \n with the number
    /// for one that is not the first of its transaction.
    /// </summary>
    [Fact]
    public void A_ticket_stays_what_it_is()
    {
        Assert.Equal("d5f44263a608eedd", Drop.Ticket);
        Assert.Equal("0064d9d007ce29cc", (Drop with { Number = 1 }).Ticket);
    }

    [Theory]
    [InlineData("", "a change of main.t")]
    [InlineData(" \n ", "a change of main.t")]
    [InlineData("x", "x")]
    [InlineData("DROP\nTABLE t\t", "DROP TABLE t")]
    public void A_statement_is_shown_in_one_line(string statement, string shown) =>
        Assert.Equal(shown, (Drop with { Statement = statement }).Shown);

    [Theory]
    [InlineData(1000, "")]
    [InlineData(1001, "… (1001 characters)")]
    public void The_first_1000_characters_are_shown_and_then_how_many_there_are(int length, string end) =>
        Assert.Equal(new string('x', 1000) + end, (Drop with { Statement = new string('x', length) }).Shown);
}
