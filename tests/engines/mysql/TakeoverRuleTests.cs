using Holdfast.Engine.MySql.Events;
using Holdfast.Engine.MySql.Groups;
using Holdfast.Engine.MySql.Takeovers;

namespace Holdfast.Engines.Tests.MySql;

/// <summary>Rules for a server that takes the place of the one that was read.</summary>
public sealed class TakeoverRuleTests
{
    [Theory]
    [InlineData("0-1-100", "0-1-100", "", "")]
    [InlineData("0-1-100", "0-1-101,0-2-103", "", "")]
    // A high number of its own is not the former primary's.
    [InlineData("0-1-100", "0-1-99,0-2-200", "", "0-1-100")]
    // It was set up from a copy, and its own log begins later.
    [InlineData("0-1-100", "", "0-1-100", "")]
    [InlineData("0-1-100", "", "0-1-99", "0-1-100")]
    [InlineData("0-1-100,5-7-3", "0-1-100,5-7-2", "", "5-7-3")]
    public void What_was_given_out_and_is_not_there_is_named(string given, string logged, string applied, string lacking) =>
        Assert.Equal(lacking, Gtid.Text(TakeoverRule.Lacking(State(given, given), Server(logged, applied))));

    [Theory]
    [InlineData("0-1-120", "0-1-100", "0-1-120,0-2-130", "0-1-120")]
    // Events that were read and were nobody's are lost with the primary: the replica goes on before them.
    [InlineData("0-1-120", "0-1-100", "0-1-110,0-2-130", "0-1-110")]
    [InlineData("0-1-120", "0-1-115", "0-2-130", "0-1-115")]
    [InlineData("0-1-120", "", "0-2-130", "")]
    [InlineData("0-1-120,3-1-9", "0-1-120", "0-1-120,3-1-8", "0-1-120,3-1-8")]
    public void Nothing_that_was_given_out_is_read_again(string reached, string given, string logged, string boundary) =>
        Assert.Equal(boundary, Gtid.Text(TakeoverRule.Boundary(State(reached, given), Server(logged, "")).Values));

    [Theory]
    [InlineData("0-1-120", "0-1-120", "0-1-100", "")]
    [InlineData("0-1-105", "", "0-1-100", "0-1-105")]
    [InlineData("0-1-100", "", "0-1-100", "")]
    public void A_replica_that_writes_no_log_of_what_it_replicates_is_noticed(
        string applied, string logged, string boundary, string unlogged) =>
        Assert.Equal(unlogged, Gtid.Text(TakeoverRule.Unlogged(Map(boundary), Server(logged, applied))));

    [Theory]
    [InlineData("0-1-120", "0-1-100", "0-1-110", true)]
    [InlineData("0-1-110", "0-1-110", "0-1-110", true)]
    [InlineData("0-1-109", "0-1-109", "0-1-110", false)]
    [InlineData("0-1-120", "0-1-111", "0-1-110", false)]
    [InlineData("0-1-120", "0-1-100", "0-1-110,4-1-1", false)]
    [InlineData("0-1-120,4-1-1", "0-1-100,4-1-1", "0-1-110", false)]
    public void Another_Store_goes_on_only_where_the_first_one_did(string reached, string given, string boundary, bool fits) =>
        Assert.Equal(fits, TakeoverRule.Fits(State(reached, given), Map(boundary)));

    [Theory]
    [InlineData("", "0-1-99,0-1-100,0-2-101", "", true)]
    // Written there between what it replicated.
    [InlineData("", "0-1-99,0-2-99,0-1-100,0-2-101", "0-2-99", true)]
    [InlineData("", "0-2-101,0-1-100,0-2-102", "0-2-101", true)]
    // In a domain of its own: before the boundary while it was a replica, behind it since.
    [InlineData("", "0-1-99,9-2-1,0-1-100,9-2-2", "9-2-1", true)]
    [InlineData("", "0-1-99,0-1-100,9-2-1", "", true)]
    [InlineData("0-1-98,0-2-97", "0-1-99,0-1-100", "0-2-97", false)]
    [InlineData("0-1-100", "0-2-101", "", true)]
    public void A_walk_tells_what_was_written_on_a_replica(string head, string log, string errant, bool isFound)
    {
        var server = Server("0-1-100,0-2-102", "");
        var walk = new TakeoverWalk(State("0-1-100", "0-1-100"), server, Map("0-1-100"), Gtid.List(head));
        Gtid.List(log).ForEach(walk.Take);
        Assert.Equal((errant, true, isFound), (Gtid.Text(walk.Errant), walk.IsPassed, walk.IsFound));
    }

    [Fact]
    public void A_walk_begins_before_the_boundary_and_is_not_over_before_it_is_passed()
    {
        Assert.True(TakeoverWalk.MayBegin(Gtid.List("0-1-100,7-7-1000"), Map("0-1-100")));
        Assert.False(TakeoverWalk.MayBegin(Gtid.List("0-1-50,0-2-101"), Map("0-1-100")));
        var walk = new TakeoverWalk(State("0-1-100", ""), Server("0-1-100", ""), Map("0-1-100"), []);
        walk.Take(new Gtid(0, 1, 99));
        Assert.False(walk.IsPassed);
    }

    [Fact]
    public void Numbers_that_go_back_are_noticed_and_what_comes_again_is_none_of_them()
    {
        var state = State("0-1-100", "");
        state.Reach(new Gtid(0, 1, 100), isGiven: true);
        state.Reach(new Gtid(0, 1, 101), isGiven: false);
        Assert.Empty(state.Unordered);
        Assert.Equal(("0-1-101", "0-1-100"), (Gtid.Text(state.Reached.Values), Gtid.Text(state.Given.Values)));
        state.Reach(new Gtid(0, 2, 90), isGiven: false);
        Assert.Equal([0u], state.Unordered);
    }

    [Fact]
    public void A_number_of_the_former_server_s_time_is_known_until_the_log_is_beyond_it()
    {
        using var folder = new TempDirectory();
        var server = new Engine.MySql.MySqlServer { Host = "db", User = "hf" };
        var tracker = new GtidTracker(new StoredHistory(folder.File("gtid.json"), () => "it", _ => []), "it",
            State("0-1-100,5-1-9", ""), TimeProvider.System);
        var start = new LogStart(Position.Zero, Position.Zero, Map("0-1-100,5-1-9"), tracker);
        Assert.True(start.IsKnown(server, "0-1-99"));
        Assert.False(start.IsKnown(server, "0-2-101"));
        tracker.Ended(new Group { Position = Position.Zero, CommitTime = 0, SourceId = "0-2-101", Changes = new() });
        Assert.True(start.IsKnown(server, "5-1-9"));
        Assert.Equal("DP-382", Assert.Throws<SourceFaultException>(() => start.IsKnown(server, "0-2-7")).Fault.Code);
    }

    [Fact]
    public void A_note_is_read_as_it_was_written_and_one_that_is_damaged_is_none()
    {
        using var folder = new TempDirectory();
        var file = folder.File("gtid.json");
        Assert.Null(GtidFile.Read(file));
        var state = State("0-1-100,3-4-5", "0-1-99");
        state.Reach(new Gtid(3, 9, 4), isGiven: false);
        Assert.True(GtidFile.TryWrite(file, new GtidMark("it", new Position(1ul << 32 | 7, 99), state)));
        var read = GtidFile.Read(file)!;
        Assert.Equal(("it", new Position(1ul << 32 | 7, 99)), (read.SystemId, read.Position));
        Assert.Equal(("0-1-100,3-4-5", "0-1-99", "0-1-100,3-4-5,3-9-4", 3u), (Gtid.Text(read.State.Reached.Values),
            Gtid.Text(read.State.Given.Values), Gtid.Text(read.State.Servers), Assert.Single(read.State.Unordered)));
        var text = File.ReadAllText(file);
        for (var cut = 0; cut < text.Length; cut += 7)
        {
            File.WriteAllText(file, text[..cut]);
            Assert.Null(GtidFile.Read(file));
        }

        File.WriteAllText(file, text.Replace("0-1-99", "0-1", StringComparison.Ordinal));
        Assert.Null(GtidFile.Read(file));
    }

    private static GtidState State(string reached, string given) => GtidState.Of(Gtid.List(reached), Gtid.List(given), [], []);

    private static ServerHistory Server(string logged, string applied) => new(Gtid.List(logged), Gtid.List(applied), 2);

    private static Dictionary<uint, Gtid> Map(string boundary) => Gtid.List(boundary).ToDictionary(b => b.Domain);
}
