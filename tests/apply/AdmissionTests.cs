namespace Holdfast.Apply.Tests;

public sealed class AdmissionTests
{
    private static readonly TransactionPart Whole = new() { Position = new Position(0, 1), CommitTime = 0, Changes = new byte[100] };

    [Fact]
    public void A_window_is_2000_transactions_and_16_MiB() => Assert.Equal(new Window(2000, 16_777_216), Window.Default);

    [Theory]
    [InlineData(2, 900, 100, "Now")]
    [InlineData(2, 901, 100, "WhenThereIsRoom")]
    [InlineData(3, 0, 100, "WhenThereIsRoom")]
    [InlineData(0, 0, 5000, "Now")]
    [InlineData(1, 0, 5000, "Now")]
    [InlineData(1, 1, 5000, "WhenThereIsRoom")]
    public void A_transaction_is_let_in_while_there_is_room_for_it_and_an_empty_window_takes_any(
        int underWay, long held, int bytes, string admit) =>
        Assert.Equal(admit, $"{new Window(3, 1000).Admits(Whole with { Changes = new byte[bytes] }, underWay, held)}");

    [Fact]
    public void A_transaction_in_parts_and_a_change_of_a_table_go_alone()
    {
        Assert.Equal(Admit.Alone, Window.Default.Admits(Whole with { IsLast = false }, 0, 0));
        Assert.Equal(Admit.Alone, Window.Default.Admits(Whole with { Ddl = new Ddl("", "main.t") }, 0, 0));
        Assert.Equal(Admit.Now, Window.Default.Admits(Whole, 0, 0));
    }
}
