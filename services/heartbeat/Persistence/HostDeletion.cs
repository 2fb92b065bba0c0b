using Holdfast.Contracts;
using Holdfast.Heartbeat.Assignments;
using Holdfast.Heartbeat.Batches;
using Holdfast.Heartbeat.Leases;
using Holdfast.Heartbeat.Registry;
using Holdfast.Heartbeat.State;
using Holdfast.Heartbeat.Tokens;
using Holdfast.Platform;
using Holdfast.Platform.Bus;
using Holdfast.Platform.State;
using MassTransit;

namespace Holdfast.Heartbeat.Persistence;

/// <summary>
/// Forgets a host that an operator deleted: its list is emptied, its quotas, tags, drain and maintenance are unset, its tokens hold
/// no more. How far its lives were numbered stays known, for each has its own memory of that. The registration is written last and
/// answers the scheduler: until then it asks again.
/// </summary>
internal sealed class HostDeletion(
    RegistryStore store, IDocuments<HostTokensRow> tokenRows, HostTokens tokens, HostRegistry hosts, DesiredComponents desired,
    BatchWindow window, CollectorHealth health, CurrentTerms terms)
{
    private const int AttemptsMax = 5;

    internal async Task Forget(HostForgotten said, CancellationToken cancel)
    {
        if (!health.IsLoaded)
        {
            return; // asked again
        }

        var stored = await store.Registrations.Find(said.Host, cancel);
        if (!(stored?.Document.ForgottenAt >= said.At))
        {
            await desired.Empty(said.Host, cancel);
            await Revoke(said, cancel);
            if (!await Unset(said, cancel))
            {
                return; // asked again
            }
        }

        var unset = (await store.Registrations.Find(said.Host, cancel))!.Value.Document;
        hosts.Register(unset.Registration);
        if (unset.Past is { } past)
        {
            hosts.Remember(said.Host, past); // first: nobody who comes at this moment is numbered without it
        }

        hosts.Forget(said.Host, said.Incarnation, said.Sequence, health.Now, terms.Now.MayRun);
        // The registry may have written its row once more meanwhile; from here on it does not.
        await Delete(said, cancel);
        window.Add(unset.Registration with { ForgottenAt = unset.ForgottenAt });
    }

    /// <summary>Its identity, unless it has reported since.</summary>
    private async Task Delete(HostForgotten said, CancellationToken cancel)
    {
        if (await store.Hosts.Find(said.Host, cancel) is { } row
            && (row.Document.Incarnation, row.Document.Sequence).CompareTo((said.Incarnation, said.Sequence)) <= 0)
        {
            await store.Hosts.Delete(said.Host, row.Version, cancel);
        }
    }

    /// <summary>Writes an empty registration; false: others changed it again and again.</summary>
    private async Task<bool> Unset(HostForgotten said, CancellationToken cancel)
    {
        var identity = (await store.Hosts.Find(said.Host, cancel))?.Document;
        var last = PastLife.Of(
            new PastLife(said.Incarnation, said.Incarnation),
            identity is null ? null : new PastLife(identity.Incarnation, identity.Claimed ?? identity.Incarnation),
            hosts.Find(said.Host)?.Known is { } heard ? new PastLife(heard.Incarnation, heard.Name) : null);
        for (var attempt = 1; attempt <= AttemptsMax; attempt++)
        {
            var stored = await store.Registrations.Find(said.Host, cancel);
            var row = new RegistrationRow(said.Host, Quotas.Unset, [], health.Id, health.Stamp())
            {
                ForgottenAt = said.At,
                Past = PastLife.Of(last, stored?.Document.Past),
            };
            if (stored is { } known
                ? await store.Registrations.Replace(row, known.Version, cancel)
                : await store.Registrations.Insert(row, cancel))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Revokes the tokens that were made before it was deleted: one that is to come back may have another already.</summary>
    private async Task Revoke(HostForgotten said, CancellationToken cancel)
    {
        for (var attempt = 1; attempt <= AttemptsMax && await tokenRows.Find(said.Host, cancel) is { } found; attempt++)
        {
            var left = found.Document.Tokens.Where(t => t.At > said.At).ToList();
            var enrolment = found.Document.Enrolment?.At > said.At ? found.Document.Enrolment : null;
            if (left.Count == found.Document.Tokens.Count && enrolment == found.Document.Enrolment)
            {
                return;
            }

            var row = found.Document with { Tokens = left, Enrolment = enrolment, At = health.Stamp() };
            if (await tokenRows.Replace(row, found.Version, cancel))
            {
                tokens.Take(row);
                return;
            }
        }
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
