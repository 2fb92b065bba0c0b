using Holdfast.Heartbeat.State;
using Holdfast.Platform.Bus;
using MassTransit;

namespace Holdfast.Heartbeat.Leases;

/// <summary>Lease, kill grace and clock drift follow ha.config; of two versions the higher holds.</summary>
internal sealed class HaConfigChangedConsumer(CurrentTerms terms) : IConsumer<HaConfigChanged>
{
    public Task Consume(ConsumeContext<HaConfigChanged> context)
    {
        var granted = LeaseTerms.Of(context.Message.Config);
        terms.Step(rollout => rollout.Change(context.Message.Version, granted));
        return Task.CompletedTask;
    }
}

/// <summary>Each replica hears it; one that missed it hears the next, or reads it in the store.</summary>
internal sealed class HaConfigChangedDefinition(Settings settings)
    : LiveEndpoint<HaConfigChangedConsumer>("heartbeat.ha-config-changed", settings);
