using Holdfast.Rules.HaScheduler.Operations;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Orders of operators over passes. Profile fast; an order is late after 60 s.</summary>
public abstract class OperationScene : PassScene
{
    protected const int Late = 61;

    private protected Task<Outcome<Ticket>> Order(string kind, string? target = null, string? confirm = null) =>
        _life.Get<ComponentOperations>().Open(
            new Order(kind, Components: [_life.Component("t1").Name!], TargetHost: target, Confirm: confirm, By: "ann"), default);

    private protected async Task<Ticket> Ordered(string kind, string? target = null, string? confirm = null)
    {
        var outcome = await Order(kind, target, confirm);
        Assert.Null(outcome.Fault);
        return outcome.Value!;
    }

    /// <summary>The ticket with its only sub-task, as they stand now.</summary>
    private protected async Task<(Ticket Ticket, SubTask Part)> Look(string id) =>
        (_life.Cluster.Tickets.Find(id)!, Assert.Single(await _life.Cluster.PartsOf(id, default)));

    private protected async Task Is(string id, string status, string? note = null)
    {
        var (ticket, part) = await Look(id);
        Assert.True((status, status) == (ticket.Status, part.Status), $"ticket {ticket.Status}, sub-task {part.Status}: {part.Note}");
        Assert.Contains(note ?? "", part.Note ?? "", StringComparison.Ordinal);
    }

    /// <summary>All hosts that report take what they were told, then a pass looks at it.</summary>
    private protected async Task Obeyed(params string[] hosts)
    {
        _life.ObeyAll(hosts);
        await _life.Pass();
    }

    private protected Task Config(Func<HaConfig, HaConfig> change) => _life.Configure(change);

    /// <summary>A death of the scheduler; its next life hears the same hosts say the same.</summary>
    private protected void Reborn(params string[] hosts)
    {
        var said = hosts.ToDictionary(h => h, h => _life.Says(h));
        Restart();
        foreach (var (host, report) in said)
        {
            _life.Reports(host, 1, [.. report]);
        }
    }

    private protected void Says(string host, ComponentState state, int? pid = null) =>
        _life.Reports(host, 1, Scene.Runs(_life.Component("t1"), state, pid));
}
