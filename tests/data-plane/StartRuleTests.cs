using Holdfast.Engine.Seams;
using Holdfast.Log.Contract;
using Holdfast.Store;

namespace Holdfast.DataPlane.Tests;

/// <summary>Decides where a new log begins, by the time and by what somebody needs exactly.</summary>
public sealed class StartRuleTests
{
    private const long Time = 1_700_000_000_000_000;
    private static readonly SourceIdentity Source = new("sqlite", "3", "6f1c0a", DateTimeOffset.UnixEpoch.AddSeconds(1_700_000_100));
    private static readonly SourceRange Range = new(At(10), DateTimeOffset.UnixEpoch.AddSeconds(1_700_000_050), At(90));

    private static Position At(ulong minor) => new(1, minor);

    private static LogStart Of(ulong? at, ulong? needed = null, string systemId = "6f1c0a") => StartRule.Of(
        at is { } byTime ? At(byTime) : null, Time, needed is { } after ? new NeededPosition(At(after), systemId) : null, Source, Range);

    [Theory]
    [InlineData(null, 50)]
    [InlineData(49ul, 49)]
    [InlineData(50ul, 50)]
    [InlineData(51ul, 50)]
    public void It_begins_where_the_time_leads_or_at_the_exact_position_whichever_is_earlier(ulong? needed, ulong begins) =>
        Assert.Equal(new LogStart(At(begins), Time), Of(50, needed));

    [Theory]
    [InlineData(10ul, 10)]
    [InlineData(9ul, 10)]
    public void It_never_begins_before_what_the_source_has(ulong needed, ulong begins) =>
        Assert.Equal(new LogStart(At(begins), Time), Of(50, needed));

    [Fact]
    public void A_position_of_another_source_means_nothing() => Assert.Equal(new LogStart(At(50), Time), Of(50, 20, "other"));

    /// <summary>The commit at the oldest position is not in it: a reader that asks for that very moment is refused.</summary>
    [Fact]
    public void A_source_whose_log_begins_later_gives_what_it_has_and_says_from_when_on() =>
        Assert.Equal(new LogStart(At(10), 1_700_000_050_000_001), Of(null, 20));
}
