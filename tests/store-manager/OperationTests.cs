using Holdfast.StoreManager.Operations;
using Holdfast.StoreManager.Tickets;
using static Holdfast.Contracts.StoreHealth;

namespace Holdfast.StoreManager.Tests;

/// <summary>Operators' orders for Stores; each operation is a ticket.</summary>
public sealed class OperationTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly ManualTime _time = new();
    private readonly Life _life;

    public OperationTests() => _life = new Life(_directory.Location, _time);

    private StoreOperations Operations => _life.Get<StoreOperations>();

    private Store Store => _life.Store("mysql").Stores[0];

    public void Dispose()
    {
        _life.Dispose();
        _directory.Dispose();
    }

    private async Task<ComponentPlaced> OneRuns()
    {
        await _life.Configure(new HaConfig { SubtopicStoreNumberThreshold = 2, OperationTimeoutSec = 10 });
        _life.Hears(Requests.Report("n1"), Requests.Report("n2"));
        await _life.Takes(Requests.Of("t1"));
        var placed = Assert.Single(_life.Bus.Take<ComponentPlaced>());
        _life.Runs(placed.Host, Requests.Component(placed, ComponentState.Running));
        await _life.Loop.Once();
        return placed;
    }

    private async Task<string> Status(StoreTicket ticket) => (await _life.Get<TicketStore>().Find(ticket.Id, default))!.Status;

    [Fact]
    public async Task The_store_that_a_task_asked_for_is_a_ticket_too()
    {
        await OneRuns();
        var ticket = Assert.Single((await _life.Get<TicketStore>().List("mysql", null, 10, default)).Items).Document;
        Assert.Equal((TicketKind.Create, TicketStatus.Successful, "task"), (ticket.Kind, ticket.Status, ticket.By));
    }

    /// <summary>Its machine was suspended just before: it had never heard of the Store, and would have begun with it.</summary>
    [Fact]
    public async Task A_host_that_was_last_heard_before_a_deletion_was_said_has_not_acknowledged_it()
    {
        await _life.Configure(new HaConfig { SubtopicStoreNumberThreshold = 2, OperationTimeoutSec = 10 });
        _life.Hears(Requests.Report("n1"));
        await _life.Takes(Requests.Of("t1"));
        var placed = Assert.Single(_life.Bus.Take<ComponentPlaced>());
        _time.Advance(TimeSpan.FromSeconds(1));
        var delete = (await Operations.Delete(placed.Component, placed.Component, "ada", null, default)).Value!;
        await _life.Loop.Once();
        await _life.Loop.Once();
        Assert.Equal(TicketStatus.InProgress, await Status(delete));
        await _life.Passes(_time, 1, "n1");
        await _life.Loop.Once();
        Assert.Equal(TicketStatus.Successful, await Status(delete));
    }

    /// <summary>Its words broke the rules, or its disk hung: its host says Abnormal, and the order got lost on its way there.</summary>
    [Fact]
    public async Task Paused_it_has_not_stopped_while_its_process_lives_whatever_its_host_calls_it()
    {
        var placed = await OneRuns();
        var abnormal = Requests.Component(placed, ComponentState.Abnormal) with { Pid = 4711 };
        var pause = (await Operations.Pause(placed.Component, "ada", null, default)).Value!;
        await _life.Loop.Once();
        _life.Bus.Take<ComponentPlaced>();
        _life.Runs(placed.Host, abnormal);
        await _life.Passes(_time, 6, placed.Host);
        Assert.Contains(_life.Bus.Take<ComponentPlaced>(), p => p.Desired == DesiredState.Stopped);
        Assert.Equal(TicketStatus.InProgress, await Status(pause));
        _life.Runs(placed.Host, abnormal with { Pid = null });
        await _life.Loop.Once();
        Assert.Equal(TicketStatus.Successful, await Status(pause));
    }

    [Fact]
    public async Task Paused_it_stops_and_started_again_it_runs_under_a_higher_epoch()
    {
        var placed = await OneRuns();
        var pause = (await Operations.Pause(placed.Component, "ada", "disk", default)).Value!;
        Assert.Equal((TicketStatus.InProgress, "ada", "disk"), (pause.Status, pause.By, pause.Reason));
        await _life.Loop.Once();
        Assert.Equal(DesiredState.Stopped, Assert.Single(_life.Bus.Take<ComponentPlaced>()).Desired);
        Assert.Equal(TicketStatus.InProgress, await Status(pause));
        _life.Runs(placed.Host, Requests.Component(placed, ComponentState.Stopped));
        await _life.Loop.Once();
        Assert.Equal(TicketStatus.Successful, await Status(pause));

        var start = (await Operations.Start(placed.Component, "ada", null, default)).Value!;
        await _life.Loop.Once();
        var again = Assert.Single(_life.Bus.Take<ComponentPlaced>());
        Assert.Equal((DesiredState.Running, placed.Epoch + 1), (again.Desired, again.Epoch));
        Assert.Equal(TicketStatus.InProgress, await Status(start));
        _life.Runs(placed.Host, Requests.Component(again, ComponentState.Running));
        await _life.Loop.Once();
        Assert.Equal(TicketStatus.Successful, await Status(start));
    }

    [Fact]
    public async Task Another_configuration_restarts_it_with_another_command()
    {
        var placed = await OneRuns();
        var refused = await Operations.Configure(placed.Component, new StoreConfiguration([], null), "ada", default);
        Assert.Equal("ST-101", refused.Fault!.Code);
        await Operations.Configure(placed.Component, new StoreConfiguration(["store", "--fast"], null), "ada", default);
        await _life.Loop.Once();
        var again = Assert.Single(_life.Bus.Take<ComponentPlaced>());
        Assert.Equal((placed.Epoch + 1, "--fast"), (again.Epoch, again.Command[^1]));
    }

    [Fact]
    public async Task A_configuration_of_its_own_goes_with_its_placement_and_stays_when_only_its_command_changes()
    {
        var placed = await OneRuns();
        var config = System.Text.Json.JsonDocument.Parse("""{"store":{"password":"p"}}""").RootElement;
        await Operations.Configure(placed.Component, new StoreConfiguration(null, null) { Config = config }, "ada", default);
        await _life.Loop.Once();
        var again = Assert.Single(_life.Bus.Take<ComponentPlaced>());
        Assert.Equal(placed.Epoch + 1, again.Epoch);
        Assert.StartsWith("""{"store":{"password":"p"},"holdfast":{"ticketKey":""", again.Config, StringComparison.Ordinal);
        Assert.Equal(placed.Command, again.Command);
        await Operations.Configure(placed.Component, new StoreConfiguration(["store", "--fast"], null), "ada", default);
        await _life.Loop.Once();
        Assert.Equal(again.Config, Assert.Single(_life.Bus.Take<ComponentPlaced>()).Config);
        var masked = System.Text.Json.JsonDocument.Parse("""{"store":{"password":"***","keepHours":2}}""").RootElement;
        await Operations.Configure(placed.Component, new StoreConfiguration(null, null) { Config = masked }, "ada", default);
        await _life.Loop.Once();
        Assert.StartsWith("""{"store":{"password":"p","keepHours":2},""",
            Assert.Single(_life.Bus.Take<ComponentPlaced>()).Config, StringComparison.Ordinal);
        var list = System.Text.Json.JsonDocument.Parse("[]").RootElement;
        var refused = await Operations.Configure(placed.Component, new StoreConfiguration(null, null) { Config = list }, "ada", default);
        Assert.Equal(("ST-101", "config"), (refused.Fault!.Code, Assert.Single(refused.Fault.Fields).Field));
    }

    [Fact]
    public async Task A_start_that_does_not_come_about_fails_in_time_and_can_be_tried_again_or_skipped()
    {
        var placed = await OneRuns();
        var start = (await Operations.Start(placed.Component, "ada", null, default)).Value!;
        Assert.Equal("ST-120", (await Operations.Retry(start.Id, default)).Fault!.Code);
        _time.Advance(TimeSpan.FromSeconds(10));
        await _life.Loop.Once();
        Assert.Equal(TicketStatus.InProgress, await Status(start));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        await _life.Loop.Once();
        Assert.Equal(TicketStatus.Failed, await Status(start));
        Assert.Equal(TicketStatus.InProgress, (await Operations.Retry(start.Id, default)).Value!.Status);
        Assert.Equal(2, Store.Restarts);
        _time.Advance(TimeSpan.FromSeconds(11));
        await _life.Loop.Once();
        var skipped = (await Operations.Skip(start.Id, "ada", default)).Value!;
        Assert.Equal(TicketStatus.Successful, skipped.Status);
        Assert.Contains("skipped by ada", skipped.Note, StringComparison.Ordinal);
        Assert.Equal("ST-119", (await Operations.Skip("nonsense", "ada", default)).Fault!.Code);
    }

    [Fact]
    public async Task A_deletion_needs_the_whole_name_and_ends_when_the_host_knows_it_no_more()
    {
        var placed = await OneRuns();
        Assert.Equal("ST-117", (await Operations.Delete(placed.Component, "yes", "ada", null, default)).Fault!.Code);
        Assert.Equal("ST-117", (await Operations.Delete(placed.Component, null, "ada", null, default)).Fault!.Code);
        Assert.Equal(DesiredState.Running, Store.Desired);
        var ticket = (await Operations.Delete(placed.Component, placed.Component, "ada", null, default)).Value!;
        Assert.Equal("ST-123", (await Operations.Start(placed.Component, "ada", null, default)).Fault!.Code);
        await _life.Loop.Once();
        Assert.Equal(DesiredState.Absent, Assert.Single(_life.Bus.Take<ComponentPlaced>()).Desired);
        _life.Runs(placed.Host);
        await _life.Loop.Once();
        Assert.Empty(_life.Store("mysql").Stores);
        Assert.Equal(TicketStatus.Successful, await Status(ticket));
        Assert.Equal("ST-110", (await Operations.Delete(placed.Component, placed.Component, "ada", null, default)).Fault!.Code);
        // An operator's doing: nobody makes another one, however often the task asks.
        await _life.Takes(Requests.Of("t1"));
        Assert.Empty(_life.Store("mysql").Stores);
    }

    [Fact]
    public async Task Added_by_hand_it_goes_to_another_host_and_nothing_is_half_made_when_it_cannot()
    {
        var placed = await OneRuns();
        string Code(Contracts.Outcome<StoreTicket> outcome) => outcome.Fault?.Code ?? "done";
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        Assert.Equal("ST-101", Code(await Operations.Add(new NewStore(), "ada", default)));
        Assert.Equal("ST-111", Code(await Operations.Add(new NewStore { Subtopic = "nonsense" }, "ada", default)));
        Assert.Equal("ST-112", Code(await Operations.Add(new NewStore { Subtopic = "mysql", StartTimestamp = now + 61 }, "ada", default)));
        Assert.Equal("ST-115", Code(await Operations.Add(new NewStore { Subtopic = "mysql", Host = "nonsense" }, "ada", default)));
        Assert.Single(_life.Store("mysql").Stores);
        Assert.Equal("done", Code(await Operations.Add(new NewStore { Subtopic = "mysql", StartTimestamp = now }, "ada", default)));
        var second = _life.Store("mysql").Stores[^1];
        Assert.NotEqual(placed.Host, second.Host);
        Assert.Equal(StoreOrigin.Operator, second.Origin);
        Assert.Equal("ST-116", Code(await Operations.Add(new NewStore { Subtopic = "mysql" }, "ada", default)));
        Assert.Equal("done", Code(await Operations.Add(new NewStore { Subtopic = "mysql", Force = true }, "ada", default)));
    }

    [Fact]
    public async Task A_threshold_below_what_exists_is_refused()
    {
        await OneRuns();
        await Operations.Add(new NewStore { Subtopic = "mysql" }, "ada", default);
        Assert.Equal("ST-121", (await Operations.Set("mysql", new SubtopicSettings(1), default)).Fault!.Code);
        Assert.Equal("ST-101", (await Operations.Set("mysql", new SubtopicSettings(0), default)).Fault!.Code);
        Assert.Equal("ST-111", (await Operations.Set("nonsense", new SubtopicSettings(5), default)).Fault!.Code);
        Assert.Equal(7, (await Operations.Set("mysql", new SubtopicSettings(7), default)).Value!.Threshold);
        Assert.Null((await Operations.Set("mysql", new SubtopicSettings(null), default)).Value!.Threshold);
    }

    [Fact]
    public async Task A_region_without_hosts_gets_nothing_half_made()
    {
        await _life.Configure(new HaConfig());
        await _life.Takes(Requests.Of("t1", region: "south"));
        var refused = (await Operations.Add(new NewStore { Subtopic = "mysql" }, "ada", default)).Fault!;
        Assert.Equal("ST-115", refused.Code);
        Assert.Empty(_life.Store("mysql").Stores);
    }

    [Fact]
    public void A_delete_on_a_host_that_is_away_waits_for_it()
    {
        var seen = Scene.Seen(Leaving) with { HostServes = false };
        var ticket = new StoreTicket
        {
            Id = "d", Kind = TicketKind.Delete, Subtopic = "mysql", Store = seen.Store.Name, Region = "north", Host = "h1",
            Status = TicketStatus.InProgress, By = "ada", CreatedAt = Scene.Now, TriedAt = Scene.Now,
        };
        var after = TicketRules.After(ticket, seen, false, Scene.Now.AddHours(5), TimeSpan.FromSeconds(60));
        Assert.Equal((TicketStatus.InProgress, false), (after.Status, after.IsOver));
        Assert.Contains("waits for its host", after.Note, StringComparison.Ordinal);
        Assert.Same(after, TicketRules.After(after, seen, false, Scene.Now.AddHours(6), TimeSpan.FromSeconds(60)));
    }
}
