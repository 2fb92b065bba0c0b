using Holdfast.Contracts;
using Holdfast.Platform;
using Holdfast.Platform.Bus;
using Holdfast.Platform.State;
using MassTransit;

namespace Holdfast.Heartbeat;

/// <summary>A host without a list may have it, less what stands elsewhere now.</summary>
internal sealed class HostAdmittedConsumer(HostRegistry hosts, DesiredComponents desired) : IConsumer<HostAdmitted>
{
    public async Task Consume(ConsumeContext<HostAdmitted> context)
    {
        var admitted = context.Message;
        try
        {
            await desired.Place(admitted.Host, [.. admitted.Removed.Select(r => Removal(admitted, r))], context.CancellationToken);
        }
        catch (StateUnavailableException)
        {
            // Not admitted with an old list: the scheduler says it again with its next pass.
            return;
        }

        hosts.Find(admitted.Host)?.Admit(admitted.Incarnation, admitted.Sequence);
    }

    /// <summary>No placement of that name and epoch comes after this one.</summary>
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
