using Holdfast.Platform;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.HaScheduler.Tests;

/// <summary>
/// The scheduler's machine sleeps, and its monotonic clock stands still meanwhile. Whoever was silent before had time to come back, and
/// what was said of that has not been read yet. Down after 8 s.
/// </summary>
public sealed class SleepTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly ManualTime _time = new();
    private readonly WakefulTime _boot;
    private readonly Life _life;

    public SleepTests()
    {
        _boot = new WakefulTime(_time);
        _life = new Life(_directory.Location, _time, services => services.AddSingleton(new BootClock(_boot)));
    }

    public void Dispose()
    {
        _life.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(3, true)]
    [InlineData(4, false)]
    [InlineData(60, false)]
    public async Task A_host_that_was_silent_before_its_judge_slept_is_given_a_fresh_interval(int slept, bool isDown)
    {
        foreach (var host in new[] { "h1", "h2", "h3", "h4" })
        {
            _life.Reports(host);
        }

        await _life.Pass(5);
        _life.FallsSilent("h1");
        await _life.Pass(Profile.Fast.Ha.CheckHostDownIntervalSec);
        Assert.Equal(HostState.Online, State);
        _boot.Ahead += Scene.Seconds(slept);
        await _life.Pass();
        Assert.Equal(isDown ? HostState.Down : HostState.Online, State);
        await _life.Pass(Profile.Fast.Ha.CheckHostDownIntervalSec + 1);
        Assert.Equal(HostState.Down, State);
    }

    private HostState State => _life.Cluster.Hosts.Find("h1")!.State;

    /// <summary>Goes on while the machine sleeps.</summary>
    private sealed class WakefulTime(ManualTime time) : TimeProvider
    {
        internal TimeSpan Ahead { get; set; }

        public override long TimestampFrequency => time.TimestampFrequency;

        public override long GetTimestamp() => time.GetTimestamp() + (long)(Ahead.TotalSeconds * time.TimestampFrequency);
    }
}
