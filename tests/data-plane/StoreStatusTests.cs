using Holdfast.Data.Config;
using Holdfast.Data.Reports;
using Holdfast.Data.Roles;
using Holdfast.Data.Stores;
using Holdfast.Log.Contract;
using Holdfast.Store;
using Holdfast.StoreWire.Server;

namespace Holdfast.DataPlane.Tests;

/// <summary>A Store's status says what it can serve.</summary>
public sealed class StoreStatusTests
{
    private static Status Of(long afterMicroseconds, long lastMicroseconds) => StoreProgram.StatusOf(new StoreFigures(null,
        new IPEndPoint(IPAddress.Loopback, 1),
        new LogRange(new Position(1, 5), afterMicroseconds, new Position(1, 9), lastMicroseconds, 10, 1),
        [new ConnectedConsumer("t1", new Position(1, 7), 1_700_000_003)], null) { SystemId = "6f1c0a" });

    /// <summary>The second in which a log begins is not whole: who asks for it by time is refused.</summary>
    [Theory]
    [InlineData(1_699_999_999_999_999, 1_700_000_000)]
    [InlineData(1_700_000_000_000_000, 1_700_000_001)]
    [InlineData(1_700_000_000_999_999, 1_700_000_001)]
    public void It_begins_with_the_first_second_that_it_can_serve_by_time(long after, long begin) =>
        Assert.Equal(begin, Of(after, after + 10_000_000).Begin);

    [Theory]
    [InlineData(1_700_000_000_999_999, null)]
    [InlineData(1_700_000_001_000_000, 1_700_000_001L)]
    public void It_has_no_end_before_its_beginning(long last, long? end) => Assert.Equal(end, Of(1_700_000_000_500_000, last).End);

    [Theory]
    [InlineData(null, null)]
    [InlineData(0UL, 0L)]
    [InlineData(9_223_372_036_854_775_807UL, long.MaxValue)]
    [InlineData(9_223_372_036_854_775_808UL, null)]
    public void It_says_no_number_that_its_supervisor_could_not_read(ulong? number, long? said) =>
        Assert.Equal(said, Status.Number(number));

    [Fact]
    public void Exact_positions_come_with_the_source_that_they_are_of()
    {
        var said = Of(1_700_000_000_000_000, 1_700_000_009_000_000);
        Assert.Equal(("1/5", "1/9", "6f1c0a"), (said.PositionBegin, said.PositionEnd, said.SystemId));
        Assert.Equal(new StatusConsumer("t1", 1_700_000_003, "1/7"), Assert.Single(said.Consumers!));
    }

    [Theory]
    [InlineData("1/2A@6f1c0a", 0x2A)]
    [InlineData("", null)]
    public void A_store_is_told_the_position_that_somebody_needs(string text, int? minor)
    {
        var needed = Surroundings.Read(n => Variable(n, text)).Needed;
        Assert.Equal(minor is { } at ? new NeededPosition(new Position(1, (ulong)at), "6f1c0a") : null, needed);
    }

    [Theory]
    [InlineData("1/2A")]
    [InlineData("@6f1c0a")]
    [InlineData("1/2A@")]
    [InlineData("somewhere@6f1c0a")]
    public void A_position_that_is_none_is_refused(string text) =>
        Assert.StartsWith("DP-501 HOLDFAST_START_POSITION:", Assert.Throws<ConfigException>(
            () => Surroundings.Read(n => Variable(n, text))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_store_that_could_not_be_read_is_avoided_for_half_a_minute()
    {
        var time = new ManualTime();
        var avoided = new AvoidedStores(time);
        avoided.Note("st1");
        time.Advance(AvoidedStores.For - TimeSpan.FromSeconds(1));
        avoided.Note("st2");
        Assert.Equal(["st1", "st2"], avoided.Names);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["st2"], avoided.Names);
        avoided.Note("st2");
        time.Advance(AvoidedStores.For - TimeSpan.FromTicks(1));
        Assert.Equal(["st2"], avoided.Names);
    }

    private static string? Variable(string name, string position) => name switch
    {
        "HOLDFAST_START_POSITION" => position,
        "HOLDFAST_EPOCH" => "1",
        "HOLDFAST_START_TIMESTAMP" or "HOLDFAST_TASK" => "",
        _ => name,
    };
}
