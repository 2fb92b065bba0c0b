using Holdfast.Heartbeat.Leases;
using Holdfast.Heartbeat.Registry;
using Holdfast.Heartbeat.State;

namespace Holdfast.Heartbeat.Persistence;

/// <summary>Takes a deleted host out of the registry and its store: its settings are unset, its identity goes, its numbers stay.</summary>
internal sealed class HostErasure(RegistryStore store, HostRegistry hosts, CollectorHealth health)
{
    private const int AttemptsMax = 5;

    /// <summary>This deletion, or a later one, is in the store.</summary>
    internal async Task<bool> IsWritten(HostForgotten said, CancellationToken cancel) =>
        (await store.Registrations.Find(said.Host, cancel))?.Document.ForgottenAt >= said.At;

    /// <summary>Writes an empty registration; false: others changed it again and again.</summary>
    internal async Task<bool> Unset(HostForgotten said, CancellationToken cancel)
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

    /// <summary>Forgets it here as it is written.</summary>
    /// <returns>The empty registration.</returns>
    internal async Task<RegistrationRow> Forget(HostForgotten said, CancellationToken cancel)
    {
        var unset = (await store.Registrations.Find(said.Host, cancel))!.Value.Document;
        hosts.Register(unset.Registration);
        if (unset.Past is { } past)
        {
            hosts.Remember(said.Host, past); // first: nobody who comes at this moment is numbered without it
        }

        hosts.Forget(said.Host, said.Incarnation, said.Sequence, health.Now, health.Terms.MayRun);
        // The registry may have written its row once more meanwhile; from here on it does not.
        await Delete(said, cancel);
        return unset;
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
}
