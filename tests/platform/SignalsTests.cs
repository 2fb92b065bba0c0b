namespace Holdfast.Platform.Tests;

public sealed class SignalsTests
{
    [Theory]
    [InlineData("SigIgn:\t0000000000000001", true)]
    [InlineData("SigIgn:\t0000000000001001", true)]
    [InlineData("SigIgn:\t0000000000001000", false)]
    [InlineData("SigBlk:\t0000000000000001", false)]
    public void Under_nohup_a_hangup_stays_ignored(string line, bool ignored) =>
        Assert.Equal(ignored, Signals.HangUpIsIgnored(["Name:\tdotnet", line]));
}
