using Holdfast.Heartbeat.Assignments;
using Holdfast.Heartbeat.Batches;
using Holdfast.Heartbeat.Leases;
using Holdfast.Heartbeat.Tokens;
using Holdfast.Platform.Bus;
using MassTransit;

namespace Holdfast.Heartbeat.Persistence;

/// <summary>
/// Forgets a host that an operator deleted: its list is emptied, its quotas, tags, drain and maintenance are unset, its tokens hold
/// no more. How far its lives were numbered stays known, for each has its own memory of that. The registration is written last and
/// answers the scheduler: until then it asks again.
/// </summary>
internal sealed class HostDeletion(
    DesiredComponents desired, HostTokens tokens, HostErasure erasure, BatchWindow window, CollectorHealth health)
{
    internal async Task Forget(HostForgotten said, CancellationToken cancel)
    {
        if (!health.IsLoaded)
        {
            return; // asked again
        }

        if (!await erasure.IsWritten(said, cancel))
        {
            await desired.Empty(said.Host, cancel);
            await tokens.Revoke(said.Host, said.At, health.Stamp, cancel);
            if (!await erasure.Unset(said, cancel))
            {
                return; // asked again
            }
        }

        var unset = await erasure.Forget(said, cancel);
        window.Add(unset.Registration with { ForgottenAt = unset.ForgottenAt });
    }
}

internal sealed class HostForgottenConsumer(HostDeletion deletion) : IConsumer<HostForgotten>
{
    public async Task Consume(ConsumeContext<HostForgotten> context)
    {
        try
        {
            await deletion.Forget(context.Message, context.CancellationToken);
        }
        catch (StateUnavailableException)
        {
            // Not answered: the scheduler says it again.
        }
    }
}

/// <summary>Each replica hears it: each remembers hosts by itself.</summary>
internal sealed class HostForgottenDefinition(Settings settings)
    : LiveEndpoint<HostForgottenConsumer>("heartbeat.host-forgotten", settings);
