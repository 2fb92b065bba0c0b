using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.Leaders;
using Holdfast.HaScheduler.Publishing;
using Holdfast.Platform;
using Holdfast.Platform.Bus;
using Microsoft.Extensions.Logging.Abstractions;

namespace Holdfast.HaScheduler.Tests;

/// <summary>
/// A host whose collectors forgot the number of its life. They handed out a lower one, or the same one to its next life. None of the
/// host's reports counted then, for good. A life that nobody has heard for 9 s is over here.
/// </summary>
public sealed class OutnumberedTests
{
    private readonly ManualTime _time = new();
    private readonly LivenessFeed _feed;
    private long _sequence;

    public OutnumberedTests() => _feed = new LivenessFeed(_time) { OverAfter = Scene.Seconds(9) };

    private IEnumerable<(string, long)> Told => _feed.Outnumbered().Select(o => (o.Host, o.Incarnation));

    [Theory]
    [InlineData(6, 1, 9, false)]
    [InlineData(6, 1, 10, true)]
    [InlineData(7, 1, 10, true)]
    [InlineData(7, 40, 10, false)]
    [InlineData(8, 1, 10, false)]
    public void Its_collectors_are_told_once_the_life_that_is_known_is_over(long incarnation, long sequence, int seconds, bool told)
    {
        Says(7, 30, 10);
        Says(incarnation, sequence, 1 + seconds);
        Assert.Equal(told ? [("h1", 7L)] : [], Told);
    }

    /// <summary>A collector had one of its reports for long, or two machines have one id: the registry judges them.</summary>
    [Fact]
    public void Nobody_is_told_while_the_life_with_the_higher_number_is_heard()
    {
        Says(7, 1, 15);
        for (var i = 0; i < 15; i++)
        {
            Says(6, 100 + i, 1);
            Says(7, 16 + i, 1);
        }

        Assert.Empty(Told);
    }

    [Fact]
    public void Nobody_is_told_while_reports_of_that_life_may_have_been_lost()
    {
        Says(7, 1, 1);
        Says(6, 1, 15);
        _sequence++; // a batch that did not come
        Says(6, 16, 10);
        Assert.Empty(Told);
        Says(6, 26, 1);
        Assert.Equal([("h1", 7L)], Told);
    }

    [Fact]
    public void It_is_told_until_the_host_is_numbered_anew_and_no_longer_than_it_reports()
    {
        Says(7, 30, 1);
        Says(6, 1, 11);
        Assert.Equal([("h1", 7L)], Told);
        Says(8, 12, 1);
        Assert.Empty(Told);
        Says(6, 1, 11);
        Nothing(10);
        Assert.Empty(Told);
    }

    /// <summary>Of a scheduler that has heard nothing but the lower number, in this life of it.</summary>
    [Theory]
    [InlineData(7, null, null, 7)]
    [InlineData(5, null, 7L, 7)]
    [InlineData(6, 40L, null, 6)]
    [InlineData(6, 3L, null, null)]
    [InlineData(5, null, null, null)]
    public void What_a_verdict_says_of_its_lives_is_known(int incarnation, long? sequence, long? start, int? told)
    {
        var verdict = Scene.Verdict("h1", HostState.Down) with
        {
            Incarnation = incarnation, Sequence = sequence, Start = start is { } life ? new HostStart(life, Scene.Now) : null,
        };
        _feed.TakeSnapshot(TimeSpan.Zero, [(verdict, TimeSpan.Zero)]);
        Says(6, 4, 12);
        Assert.Equal(told is { } number ? [("h1", (long)number)] : [], Told);
    }

    [Fact]
    public async Task It_goes_along_with_what_collectors_are_told_of_their_batches()
    {
        var (bus, history) = RecordingBus.Create();
        using var publisher = new BatchesHeardPublisher(_feed, new Leadership(new Settings(), new BootClock(_time)),
            new MessagePublisher(bus, _time), _time,
            NullLogger<BatchesHeardPublisher>.Instance);
        Says(7, 30, 1);
        await publisher.Once();
        Assert.Null(Assert.Single(history.Take<BatchesHeard>()).Outnumbered);
        Says(6, 1, 11);
        await publisher.Once();
        Assert.Equal([new HostNumber("h1", 7)], Assert.Single(history.Take<BatchesHeard>()).Outnumbered);
    }

    /// <summary>The host reports once a second.</summary>
    private void Says(long incarnation, long sequence, int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            Hear([Scene.Report("h1", sequence + i) with { Incarnation = incarnation }]);
        }
    }

    private void Nothing(int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            Hear([]);
        }
    }

    private void Hear(IReadOnlyList<HostReport> reports)
    {
        _time.Advance(Scene.Seconds(1));
        _feed.Hear(new HeartbeatReported
        {
            Collector = "c1", Sequence = ++_sequence, WindowEnd = Scene.Now, UptimeMs = (long)_feed.Elapsed.TotalMilliseconds,
            Lease = 6, KillGrace = 2, Reports = reports,
        }, default);
    }
}
