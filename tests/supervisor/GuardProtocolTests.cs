namespace Holdfast.Supervisor.Tests;

public sealed class GuardProtocolTests
{
    [Fact]
    public void A_start_line_carries_any_argument()
    {
        var line = GuardLine.Start(new GuardStart(7, "/w d", "-", ["A=%\n"], ["p", "", "ü \n"]));
        Assert.Equal("start 7 %2Fw%20d stdout.log stderr.log - 1 A%3D%25%0A p % %C3%BC%20%0A", line);
        Assert.Null(GuardLine.Start(new GuardStart(7, "/", "-", ["A=1"], [new string('x', GuardLine.BytesMax)])));
        Assert.Null(GuardLine.Start(new GuardStart(7, "/", "-", ["A=1"], [])));
    }

    [Theory]
    [InlineData("started 1 2 3 4 5")]
    [InlineData("failed 1 2")]
    [InlineData("exited 1 signal 9")]
    [InlineData("pong 1")]
    [InlineData("fenced")]
    public void The_guards_words_are_understood_and_anything_else_is_a_remark(string line)
    {
        Assert.IsNotType<GuardEvent.Remark>(GuardEvent.Parse(line));
        Assert.IsType<GuardEvent.Remark>(GuardEvent.Parse(line + " x"));
    }
}
