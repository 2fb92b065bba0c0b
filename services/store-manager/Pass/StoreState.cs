using Holdfast.StoreManager.State;
using Holdfast.StoreManager.Tickets;
using Holdfast.StoreManager.Views;

namespace Holdfast.StoreManager.Pass;

/// <summary>Reads a part of the state anew.</summary>
internal delegate Task StateLoad(CancellationToken cancel);

/// <summary>The state that a pass reads and writes.</summary>
/// <param name="subtopics">The subtopics.</param>
/// <param name="positions">The last known positions.</param>
/// <param name="tickets">Operations.</param>
/// <param name="findings">Findings that were told and are not over.</param>
/// <param name="loads">Read all that is stored, in this order.</param>
internal sealed class StoreState(
    Subtopics subtopics, Positions positions, TicketStore tickets, FindingBoard findings, IReadOnlyList<StateLoad> loads)
{
    internal Subtopics Subtopics => subtopics;

    internal Positions Positions => positions;

    internal TicketStore Tickets => tickets;

    internal FindingBoard Findings => findings;

    internal async Task Load(CancellationToken cancel)
    {
        foreach (var load in loads)
        {
            await load(cancel);
        }
    }

    /// <summary>Finds out what has become of writes without an answer: what is held here is as the store says.</summary>
    internal async Task Settle(CancellationToken cancel)
    {
        await tickets.Settle(cancel);
        await findings.Settle(cancel);
        await subtopics.Cache.Settle(cancel);
    }
}
