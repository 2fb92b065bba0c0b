using Holdfast.StoreManager.Config;
using Holdfast.StoreManager.State;
using Holdfast.StoreManager.Tickets;
using Holdfast.StoreManager.Views;

namespace Holdfast.StoreManager.Pass;

/// <summary>The state that a pass reads and writes.</summary>
internal sealed class StoreState(
    Subtopics subtopics, Positions positions, HaConfigHeard config, TicketStore tickets, FindingBoard findings, StoreKeys keys)
{
    internal Subtopics Subtopics => subtopics;

    internal Positions Positions => positions;

    internal HaConfigHeard Config => config;

    internal TicketStore Tickets => tickets;

    internal FindingBoard Findings => findings;

    internal async Task Load(CancellationToken cancel)
    {
        await keys.Load(cancel);
        await config.Load(cancel);
        await positions.Load(cancel);
        await tickets.Load(cancel);
        await findings.Load(cancel);
        await subtopics.Load(cancel);
    }

    /// <summary>Finds out what has become of writes without an answer: what is held here is as the store says.</summary>
    internal async Task Settle(CancellationToken cancel)
    {
        await tickets.Settle(cancel);
        await findings.Settle(cancel);
        await subtopics.Cache.Settle(cancel);
    }
}
