using Holdfast.Contracts;
using Holdfast.Platform;
using Holdfast.Platform.Bus;
using MassTransit;

namespace Holdfast.Heartbeat;

/// <summary>A host without a list may have it, less what stands elsewhere now.</summary>
internal sealed class HostAdmittedConsumer(HostRegistry hosts, DesiredComponents desired) : IConsumer<HostAdmitted>
{
    public async Task Consume(ConsumeContext<HostAdmitted> context)
    {
        var admitted = context.Message;
        foreach (var removed in admitted.Removed)
        {
            await desired.Place(Removal(admitted, removed), context.CancellationToken);
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
internal sealed class HostAdmittedDefinition : ConsumerDefinition<HostAdmittedConsumer>
{
    public HostAdmittedDefinition(Settings settings) => EndpointName = $"heartbeat.host-admitted.{settings.Instance}";

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<HostAdmittedConsumer> consumerConfigurator,
        IRegistrationContext context) => endpointConfigurator.AsLiveStream();
}
