namespace Holdfast.Supervisor.Tests;

public sealed class ProcTableTests
{
    [Fact]
    public void A_process_name_may_look_like_anything()
    {
        var stat = ProcessStat.Parse(
            "42 (a) R (b) S 7 42 41 0 -1 4194304 126 0 1 0 0 0 0 0 20 0 3 0 91574 2990080 386");
        Assert.Equal(new ProcessStat(42, 'S', 7, 42, 41, 91574, Threads: 3), stat);
        Assert.Null(ProcessStat.Parse("42 (a) S 7"));
        Assert.Null(ProcessStat.Parse(""));
    }
}
