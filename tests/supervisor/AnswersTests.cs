namespace Holdfast.Supervisor.Tests;

/// <summary>Real processes: what answers tell a supervisor about itself.</summary>
[Trait("Category", "process")]
public sealed class AnswersTests : HostScene
{
    [Fact]
    public async Task What_the_server_says_of_late_reports_is_in_the_log_once_a_minute()
    {
        _server.Late = "HB-370 Report every 1 s.";
        _host.Start();
        await _host.UntilSaid("HB-370 Report every 1 s.");
        var count = _server.Reports.Count;
        await _host.Until(() => _server.Reports.Count > count + 3, "it goes on");
        Assert.Single(_host.Log.Split('\n'), l => l.Contains("HB-370", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_clock_that_is_a_day_ahead_of_the_servers_is_said_with_each_report()
    {
        _server.Behind = TimeSpan.FromDays(1);
        _host.Start();
        await _host.Until(() => Last()?.ClockAheadSec is > 86_390 and <= 86_400.1, "the report says so");
        _server.Behind = TimeSpan.Zero;
        await _host.Until(() => Last()?.ClockAheadSec is null, "it says so no more");

        HostReport? Last() => _server.Reports is { Count: > 0 } reports ? reports[^1].Report : null;
    }
}
