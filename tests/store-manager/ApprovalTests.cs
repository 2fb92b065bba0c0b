using Holdfast.StoreManager.DecisionLog;
using Holdfast.StoreManager.Operations;
using Holdfast.StoreManager.Tickets;

namespace Holdfast.StoreManager.Tests;

/// <summary>Autonomy approve: HA opens a ticket and waits with it for a person's word.</summary>
public sealed class ApprovalTests : IDisposable
{
    private static readonly HaConfig Config = new()
    {
        Enable = true, CheckRequestIntervalSec = 20, CheckModuleExceptionIntervalSec = 30, RefetchMode = RefetchMode.Computed,
        Autonomy = Autonomy.Approve,
    };

    private readonly TempDirectory _directory = new();
    private readonly ManualTime _time = new();
    private Life _life;
    private ComponentPlaced _first = null!;

    public ApprovalTests() => _life = new Life(_directory.Location, _time);

    private StoreOperations Operations => _life.Get<StoreOperations>();

    public void Dispose()
    {
        _life.Dispose();
        _directory.Dispose();
    }

    private long Now => _time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>The only Store has failed; HA has asked.</summary>
    private async Task<StoreTicket> Asked()
    {
        await _life.Configure(Config);
        _life.Hears(Requests.Report("n1") with { Idc = "a" });
        await _life.Takes(Requests.Of("t1") with { StartTimestamp = Now });
        _life.Hears(Requests.Report("n2") with { Idc = "b" });
        _first = Assert.Single(_life.Bus.Take<ComponentPlaced>());
        Is(ComponentState.Running);
        await Passes(1);
        Is(ComponentState.Abnormal);
        await Passes(2);
        return await Ticket(Assert.IsType<Proposal>(_life.Store("mysql").Proposal).Ticket);
    }

    private void Is(ComponentState state) =>
        _life.Runs("n1", Requests.Component(_first, state, new ConsumerCheckpoint("t1", Now)));

    private async Task Passes(int passes)
    {
        for (var pass = 0; pass < passes; pass++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await _life.Loop.Once();
        }
    }

    private async Task<StoreTicket> Ticket(string id) => (await _life.Get<TicketStore>().Find(id, default))!;

    [Fact]
    public async Task It_is_a_ticket_that_the_alert_links_to_and_nothing_is_made()
    {
        var ticket = await Asked();
        Assert.Equal((TicketStatus.Ready, "HA", null, null), (ticket.Status, ticket.By, ticket.Store, ticket.Host));
        Assert.Single(_life.Store("mysql").Stores);
        Assert.Equal(("ST-212", ticket.Id), (_life.Why(), _life.Get<StoreDecisionLog>().Latest("mysql")!.Ticket));
        var alert = Assert.Single(_life.Bus.Take<AlertRaised>(), a => a.Event == AlertEvents.ApprovalNeeded);
        Assert.Contains($"POST /api/v1/stores/tickets/{ticket.Id}/approve", alert.Description, StringComparison.Ordinal);
        await Passes(5);
        Assert.Equal(ticket, await Ticket(ticket.Id));
    }

    /// <summary>It was deleted by its age, and the proposal named a ticket that nobody could approve.</summary>
    [Fact]
    public async Task A_ticket_that_waits_for_a_person_is_kept_however_long_it_waits()
    {
        var ticket = await Asked();
        _time.SetWallClock(_time.GetUtcNow().AddDays(94));
        await Passes(1);
        Assert.Equal(TicketStatus.Ready, (await _life.Get<TicketStore>().Find(ticket.Id, default))?.Status);
    }

    [Fact]
    public async Task Approved_it_is_made_once_and_the_ticket_follows_the_store()
    {
        var ticket = await Asked();
        var approved = (await Operations.Approve(ticket.Id, "ada", default)).Value!;
        Assert.Equal(("ada", TicketStatus.InProgress), (approved.Approval!.By, approved.Status));
        Assert.Equal("ST-124", (await Operations.Approve(ticket.Id, "ben", default)).Fault!.Code);
        await Passes(1);
        var placed = Assert.Single(_life.Bus.Take<ComponentPlaced>(), p => p.Host == "n2");
        Assert.Null(_life.Store("mysql").Proposal);
        _life.Runs("n2", Requests.Component(placed, ComponentState.Running));
        await Passes(1);
        var done = await Ticket(ticket.Id);
        Assert.Equal((TicketStatus.Successful, placed.Component, "n2", "ada"), (done.Status, done.Store, done.Host, done.Approval!.By));
        Assert.Single((await _life.Get<TicketStore>().List("mysql", null, 10, default)).Items, t => t.Document.By == "HA");
        // The approval was of this one: the next failure asks again.
        _life.Runs("n2", Requests.Component(placed, ComponentState.Abnormal));
        await Passes(25);
        Assert.NotEqual(ticket.Id, _life.Store("mysql").Proposal!.Ticket);
        Assert.Equal(2, _life.Store("mysql").Stores.Count);
    }

    [Fact]
    public async Task Approved_while_HA_may_not_act_yet_it_waits_with_the_approval_over_a_restart()
    {
        var ticket = await Asked();
        await _life.Get<Subtopics>().Cache.Change("mysql", s => s with { Threshold = 1 }, default);
        await Operations.Approve(ticket.Id, "ada", default);
        await Passes(1);
        Assert.Equal("ST-205", _life.Why());
        _life.Dispose();
        _life = new Life(_directory.Location, _time);
        _life.Hears(Requests.Report("n1") with { Idc = "a" }, Requests.Report("n2") with { Idc = "b" });
        Is(ComponentState.Abnormal);
        await Passes(1);
        await _life.Get<Subtopics>().Cache.Change("mysql", s => s with { Threshold = 2 }, default);
        await Passes(1);
        Assert.Equal(2, _life.Store("mysql").Stores.Count);
        Assert.Equal(TicketStatus.InProgress, (await Ticket(ticket.Id)).Status);
    }

    [Fact]
    public async Task Declined_nothing_is_made_and_nobody_is_asked_again_for_the_same_failure()
    {
        var ticket = await Asked();
        _life.Bus.Take<AlertRaised>();
        await Operations.Skip(ticket.Id, "ada", default);
        await Passes(30);
        Assert.Equal((TicketStatus.Successful, "declined by ada"), ((await Ticket(ticket.Id)).Status, (await Ticket(ticket.Id)).Note));
        Assert.Single(_life.Store("mysql").Stores);
        Assert.Contains(_life.Bus.Take<AlertRaised>(), a =>
            a is { Event: AlertEvents.ApprovalNeeded, Condition: AlertCondition.Resolved });
        Is(ComponentState.Running);
        await Passes(1);
        Is(ComponentState.Abnormal);
        await Passes(2);
        Assert.NotEqual(ticket.Id, _life.Store("mysql").Proposal!.Ticket);
    }

    [Fact]
    public async Task What_is_not_needed_any_more_is_not_waited_for_and_cannot_be_approved()
    {
        var ticket = await Asked();
        Is(ComponentState.Running);
        await Passes(2);
        var over = await Ticket(ticket.Id);
        Assert.Equal((TicketStatus.Successful, "not needed any more", true), (over.Status, over.Note, over.IsOver));
        Assert.Equal("ST-124", (await Operations.Approve(ticket.Id, "ada", default)).Fault!.Code);
        Assert.Equal("ST-119", (await Operations.Approve("nonsense", "ada", default)).Fault!.Code);
        Assert.Equal("ST-120", (await Operations.Skip(ticket.Id, "ada", default)).Fault!.Code);
    }
}
