using Holdfast.Engine.Postgres.Capture;
using Holdfast.Engine.Postgres.Db;

namespace Holdfast.Engine.Postgres.Source;

/// <summary>
/// Moves the slot that keeps the past: behind it stays what was committed within a time. Where the log was at which time is noted while a
/// reader runs; after a start the slot stands still for that time.
/// </summary>
internal sealed class Retention(PostgresDatabase database, TimeProvider time, TimeSpan keep)
{
    private readonly Queue<(long Noted, ulong Lsn)> _notes = new();
    private long? _tended;
    private int _isTending;

    /// <summary>A hundredth of the time that is kept lies between two looks; to be called as often as one likes.</summary>
    internal async Task Tend(CancellationToken cancel)
    {
        if (_tended is { } last && time.GetElapsedTime(last) < Pause
            || Interlocked.Exchange(ref _isTending, 1) == 1)
        {
            return;
        }

        try
        {
            _tended = time.GetTimestamp();
            await Session.Alone(database, "retention", async session =>
            {
                var server = await ServerIdentity.Read(session, cancel).ConfigureAwait(false);
                _notes.Enqueue((_tended.Value, server.Flushed));
                var slot = await SlotState.Read(session, CaptureNames.Retainer(server.DatabaseOid), cancel).ConfigureAwait(false);
                if (Due() is { } lsn && slot is { IsLost: false, IsActive: false } && slot.Confirmed < lsn)
                {
                    await session.Run("SELECT pg_replication_slot_advance($1, $2::pg_lsn)", cancel, slot.Name, Lsn.Write(lsn))
                        .ConfigureAwait(false);
                }

                return true;
            }, cancel).ConfigureAwait(false);
        }
        catch (SourceFaultException error) when (error.Fault.IsPassing)
        {
            // Another Store moves it just now, or the server is away: it keeps a little more until the next look.
        }
        finally
        {
            Volatile.Write(ref _isTending, 0);
        }
    }

    private TimeSpan Pause => TimeSpan.FromTicks(Math.Clamp(keep.Ticks / 100, TimeSpan.TicksPerSecond, TimeSpan.TicksPerMinute));

    /// <summary>The newest place that is older than the time that is kept; null: there is none yet.</summary>
    private ulong? Due()
    {
        ulong? due = null;
        while (_notes.TryPeek(out var note) && time.GetElapsedTime(note.Noted) >= keep)
        {
            due = note.Lsn;
            _notes.Dequeue();
        }

        return due;
    }
}
