using Holdfast.Contracts;

namespace Holdfast.Platform.Tests.State;

/// <summary>The rules of registered placements, and their rows in a real store.</summary>
public sealed class PlacementRowTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TempDirectory _directory = new();
    private readonly ManualTime _time = new();
    private readonly ServiceProvider _provider;

    public PlacementRowTests() => _provider = new ServiceCollection().AddSqliteState(_directory.Location).AddRegisteredPlacements()
        .BuildServiceProvider();

    private RegisteredPlacements Registered => new(_provider.GetRequiredService<IDocuments<PlacementRow>>(), _time);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static ComponentPlaced Placed(long epoch = 3, long revision = 7, DesiredState desired = DesiredState.Running) => new()
    {
        Component = "c1", Host = "h1", Region = "north", Kind = ComponentKind.IncrSync, Epoch = epoch, Revision = revision,
        Desired = desired, Command = ["run", "it"], Task = "t", StartTimestamp = 5, Config = "{}", At = Now,
    };

    private static ComponentPlaced Gone(long epoch = 3, long revision = 8) => Placed(epoch, revision, DesiredState.Absent);

    public void Dispose()
    {
        _provider.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void A_row_confirms_what_it_was_made_of_whenever_and_for_whatever_incident_it_is_said()
    {
        var row = PlacementRow.Of(Placed(), Now);
        Assert.True(PlacementRow.Confirms(row, Placed() with { At = Now.AddDays(1), Incident = "i" }));
        Assert.False(PlacementRow.Confirms(null, Placed()));
    }

    [Fact]
    public void Whatever_a_host_would_notice_is_in_the_digest()
    {
        var row = PlacementRow.Of(Placed(), Now);
        Assert.All(new[]
        {
            Placed() with { Epoch = 4 }, Placed() with { Epoch = long.MaxValue }, Placed() with { Revision = 8 },
            Placed() with { Command = ["sh", "-c", "id"] }, Placed() with { Command = ["run it"] },
            Placed() with { Config = """{"a":1}""" },
            Placed() with { Config = null }, Placed() with { Kind = ComponentKind.Store }, Placed() with { Desired = DesiredState.Stopped },
            Placed() with { Task = null }, Placed() with { Task = null, Subtopic = "t" }, Placed() with { StartTimestamp = 6 },
            Placed() with { StartPosition = "1@s" }, Placed() with { Region = "south" }, Gone(), Gone(2, 1),
        }, forged => Assert.False(PlacementRow.Confirms(row, forged), $"{forged}"));
    }

    [Fact]
    public void A_removal_is_confirmed_by_one_of_its_epoch_or_a_higher_one_and_by_nothing_else()
    {
        Assert.True(PlacementRow.Confirms(PlacementRow.Of(Gone(), Now), Gone(revision: long.MaxValue)));
        Assert.True(PlacementRow.Confirms(PlacementRow.Of(Gone(4), Now), Gone(3)));
        Assert.False(PlacementRow.Confirms(PlacementRow.Of(Gone(3), Now), Gone(4)));
        Assert.False(PlacementRow.Confirms(PlacementRow.Of(Placed(4), Now), Gone(3)));
    }

    [Fact]
    public void A_late_word_is_outranked_and_a_forged_one_is_not()
    {
        var row = PlacementRow.Of(Placed(), Now);
        Assert.True(PlacementRow.Outranks(row, Placed(2, 99)));
        Assert.True(PlacementRow.Outranks(row, Placed(3, 6)));
        Assert.True(PlacementRow.Outranks(PlacementRow.Of(Gone(), Now), Placed(3, 99)));
        Assert.False(PlacementRow.Outranks(row, Placed() with { Command = [] }));
        Assert.False(PlacementRow.Outranks(row, Placed(3, 8)));
        Assert.False(PlacementRow.Outranks(null, Placed()));
    }

    [Fact]
    public async Task Rows_only_go_forward()
    {
        Assert.Single(await Registered.Register([Placed()], Cancel));
        Assert.Single(await Registered.Register([Placed()], Cancel));
        Assert.Empty(await Registered.Register([Placed(2, 99)], Cancel));
        Assert.Empty(await Registered.Register([Placed(3, 6)], Cancel));
        Assert.Equal([PlacementStanding.Confirmed, PlacementStanding.Outdated, PlacementStanding.Unknown],
            await Registered.Ask([Placed(), Placed(2), Placed(9)], Cancel));
        Assert.Single(await Registered.Register([Gone(revision: 1)], Cancel));
        Assert.Empty(await Registered.Register([Placed(3, 99)], Cancel));
        Assert.Single(await Registered.Register([Placed(4, 1)], Cancel));
        Assert.Equal([PlacementStanding.Outdated, PlacementStanding.Confirmed], await Registered.Ask([Placed(), Placed(4, 1)], Cancel));
    }

    [Fact]
    public async Task A_removal_that_a_later_placement_outranks_is_as_good_as_registered()
    {
        Assert.True(await Registered.RegisterGone([], Cancel));
        Assert.True(await Registered.RegisterGone([Gone()], Cancel));
        await Registered.Register([Placed(5, 1)], Cancel);
        Assert.True(await Registered.RegisterGone([Gone(4)], Cancel));
        Assert.Equal([PlacementStanding.Confirmed], await Registered.Ask([Placed(5, 1)], Cancel));
    }

    [Fact]
    public async Task Removals_are_forgotten_after_a_day_and_a_deleted_hosts_placements_at_once()
    {
        await Registered.Register([Gone(), Placed() with { Component = "c2" }, Placed() with { Host = "h2" }], Cancel);
        _time.Advance(TimeSpan.FromDays(1));
        await Registered.Sweep(Cancel);
        Assert.Equal([PlacementStanding.Confirmed], await Registered.Ask([Gone()], Cancel));
        _time.Advance(TimeSpan.FromSeconds(1));
        await Registered.Sweep(Cancel);
        Assert.Equal([PlacementStanding.Unknown, PlacementStanding.Confirmed],
            await Registered.Ask([Gone(), Placed() with { Component = "c2" }], Cancel));
        await Registered.Forget("h1", Cancel);
        Assert.Equal([PlacementStanding.Unknown, PlacementStanding.Confirmed],
            await Registered.Ask([Placed() with { Component = "c2" }, Placed() with { Host = "h2" }], Cancel));
    }
}
