using Holdfast.Heartbeat.Registry;
using Holdfast.Platform.Bus;
using MassTransit;

namespace Holdfast.Heartbeat.Assignments;

/// <summary>A host without a list may have it, less what stands elsewhere now.</summary>
internal sealed class HostAdmittedConsumer(HostRegistry hosts, PlacementGate gate, DesiredComponents desired)
    : IConsumer<HostAdmitted>
{
    public async Task Consume(ConsumeContext<HostAdmitted> context)
    {
        var admitted = context.Message;
        try
        {
            List<ComponentPlaced> removed = [.. admitted.Removed.Select(r => Removal(admitted, r))];
            var asked = DesiredList.News(desired.Find(admitted.Host)?.Row, removed);
            var taken = await gate.Let(admitted.Host, removed, context.CancellationToken);
            await desired.Place(admitted.Host, taken, context.CancellationToken);
            if (asked.Count > taken.Count)
            {
                return; // no list with what the store does not know to be gone: a true scheduler says it again
            }
        }
        catch (StateUnavailableException)
        {
            // Not admitted with an old list: the scheduler says it again with its next pass.
            return;
        }

        hosts.Find(admitted.Host)?.Admit(admitted.Incarnation, admitted.Sequence);
    }

    /// <summary>The removal of a placement: none of that name and epoch comes after it.</summary>
    private static ComponentPlaced Removal(HostAdmitted admitted, PlacementKey removed) => new()
    {
        Component = removed.Component,
        Host = admitted.Host,
        Region = "",
        Kind = ComponentKind.IncrSync,
        Epoch = removed.Epoch,
        Revision = long.MaxValue,
        Desired = DesiredState.Absent,
        Command = [],
        At = admitted.At,
    };
}

/// <summary>Each replica hears it: any of them may be asked for the list next.</summary>
internal sealed class HostAdmittedDefinition(Settings settings)
    : LiveEndpoint<HostAdmittedConsumer>("heartbeat.host-admitted", settings);
