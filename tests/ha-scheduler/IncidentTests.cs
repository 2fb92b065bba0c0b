using Holdfast.HaScheduler.DecisionLog;
using Holdfast.HaScheduler.Feed;
using Holdfast.Platform.Explain;
using Holdfast.Rules.HaScheduler.Tickets;

namespace Holdfast.HaScheduler.Tests;

/// <summary>An incident stays open until its hosts are back, its components have caught up and no gap is left.</summary>
public sealed class IncidentTests : PassScene
{
    private static readonly Ticket Open = FailoverTicket.Open("i1", [Scene.Verdict("h1", HostState.Down)], ["mysql"], Scene.Now);

    [Fact]
    public async Task It_is_Ongoing_until_the_work_has_caught_up_and_no_Store_has_a_gap_and_Recovered_until_the_host_is_back()
    {
        var (host, other) = await OneTaskRuns();
        var subtopic = _life.Cluster.Tasks.Find("t1")!.Subtopic;
        await _life.Cluster.Take(new StorePlaced
        {
            Store = "10.0.0.1-9000:s:0000000001", Subtopic = subtopic, Region = "north", Host = host, Revision = 1,
            Desired = DesiredState.Running, StartTimestamp = 1, At = Scene.Now,
        }, default);
        _life.FallsSilent(host);
        await _life.Pass(DownAfter + 1);
        var ticket = _life.Cluster.Tickets.All.Single();
        Assert.Equal(("Ongoing", subtopic), (IncidentState.Of(ticket), Assert.Single(ticket.Subtopics!)));
        _life.Obeys(other);
        await _life.Pass(2);
        // It runs elsewhere, and nobody has said yet how its Stores are.
        Assert.Equal(TicketStatus.Successful, Now().Status);
        Assert.NotNull(Now().CatchUpSeconds);
        Assert.Equal(("Ongoing", null), (IncidentState.Of(Now()), Now().RecoveredAt));
        Says(subtopic, hasGap: true);
        await _life.Pass(2);
        Assert.Equal("Ongoing", IncidentState.Of(Now()));
        Says(subtopic, hasGap: false);
        await _life.Pass(2);
        Assert.Equal(("Recovered", null), (IncidentState.Of(Now()), Now().ClosedAt));
        var part = Assert.Single(await _life.Cluster.PartsOf(ticket.Id, default));
        Assert.Equal(_life.Component("t1").Epoch, part.Epoch);

        _life.Reports(host);
        await _life.Pass(8);
        Assert.Equal("Closed", IncidentState.Of(Now()));
        Assert.True(Now().ClosedAt > Now().HostsBackAt && Now().HostsBackAt >= Now().RecoveredAt);
        var closed = Now();
        Says(subtopic, hasGap: true);
        await _life.Pass(2);
        Assert.Equal(closed, Now());

        Ticket Now() => _life.Cluster.Tickets.Find(ticket.Id)!;
    }

    [Fact]
    public async Task A_host_that_was_removed_holds_it_open_no_longer()
    {
        var (host, other) = await OneTaskRuns();
        _life.FallsSilent(host);
        await _life.Pass(DownAfter + 1);
        _life.Obeys(other);
        await _life.Pass(2);
        Assert.Equal("Recovered", IncidentState.Of(_life.Cluster.Tickets.All.Single()));
        Assert.Null((await _life.Get<HostRemoval>().Order(host, host, default)).Fault);
        await _life.Pass(8);
        Assert.Equal("Closed", IncidentState.Of(_life.Cluster.Tickets.All.Single()));
    }

    /// <summary>A countdown goes on in what holds; what is stored of the moment stays as people have read it.</summary>
    [Fact]
    public async Task What_was_decided_at_a_moment_reads_the_same_when_it_is_over()
    {
        var (host, _) = await OneTaskRuns();
        _life.FallsSilent(host);
        await _life.Pass(6);
        var silent = await First();
        Assert.Equal(Reason.StillInTime.Code, silent.Code);
        await _life.Pass(DownAfter);
        var over = await First();
        Assert.NotNull(over.Until);
        Assert.Equal(silent.Sentence, over.Sentence);

        async Task<DecisionRecord> First() => (await _life.Get<SchedulerDecisionLog>()
            .History(new DecisionQuery([host], null, null, Reason.StillInTime.Code), default)).Items[^1].Document;
    }

    private void Says(string subtopic, bool hasGap) => _life.Get<StoreDecisions>().Hear(new SubtopicsDecided
    {
        Decisions =
        [
            new SubtopicDecision
            {
                Subtopic = subtopic, Region = "north", Code = "ST-200", Sentence = "", HasGap = hasGap, Since = Scene.Now, Stores = [],
            },
        ],
        At = _life.Time.GetUtcNow(),
    });
}
