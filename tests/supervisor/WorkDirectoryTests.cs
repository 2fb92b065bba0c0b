namespace Holdfast.Supervisor.Tests;

public sealed class WorkDirectoryTests
{
    [Fact]
    public void An_incarnation_always_grows()
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(1000);
        Assert.Equal(1000, WorkDirectory.NextIncarnation(0, now));
        Assert.Equal(2001, WorkDirectory.NextIncarnation(2000, now));
    }
}
