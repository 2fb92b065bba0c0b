using Holdfast.Engine.Postgres.Capture;
using Holdfast.Engine.Postgres.Db;

namespace Holdfast.Engine.Postgres.Source;

/// <summary>Gives a reader its slot: the one that it has, or a copy of the one that keeps the past.</summary>
internal static class Slots
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <returns>The slot's name.</returns>
    /// <exception cref="SourceFaultException">No slot has what follows, or an earlier life of the reader holds it.</exception>
    internal static async Task<string> For(Session session, PostgresDatabase database, ServerIdentity server, string reader,
        Position after, TimeSpan wait, TimeProvider time, CancellationToken cancel)
    {
        var (name, retainer) = (CaptureNames.Slot(server.DatabaseOid, reader), CaptureNames.Retainer(server.DatabaseOid));
        var started = time.GetTimestamp();
        while (true)
        {
            var own = await SlotState.Read(session, name, cancel).ConfigureAwait(false);
            if (own is { IsActive: true })
            {
                if (time.GetElapsedTime(started) >= wait)
                {
                    throw new SourceFaultException(CaptureFaults.Busy(name));
                }

                await Task.Delay(Look, time, cancel).ConfigureAwait(false);
                continue;
            }

            var choice = SlotRule.Of(after, own, await SlotState.Read(session, retainer, cancel).ConfigureAwait(false), server.Timeline);
            if (choice.Fault is { } fault)
            {
                throw new SourceFaultException(fault);
            }

            if (choice.MayUseOwn)
            {
                await FailoverSlots.Make(session, database, own!, cancel).ConfigureAwait(false);
                return name;
            }

            // A slot cannot be turned back. The copy stands where the other one stood then, which is looked at again.
            if (own is not null)
            {
                await session.Run("SELECT pg_drop_replication_slot($1)", cancel, name).ConfigureAwait(false);
            }

            await FailoverSlots.Copy(session, database, retainer, name, cancel).ConfigureAwait(false);
        }
    }
}
