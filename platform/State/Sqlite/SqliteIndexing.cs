using Microsoft.Extensions.Logging;

namespace Holdfast.Platform.State.Sqlite;

/// <summary>
/// Takes what was written into the text indexes, in steps: all the time while nobody else writes, otherwise about a tenth
/// of it. What it has not come to yet is looked through by each search.
/// </summary>
internal sealed partial class SqliteIndexing(SqliteDatabase database, TimeProvider time, ILogger logger)
{
    private const int ChangesPerStep = 50;

    /// <summary>Rests of a step's length between steps while others write.</summary>
    private const int RestsPerStep = 9;

    /// <summary>Others are taken for writing until they have not for so long.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(30);

    /// <summary>Ends when it is cancelled, or when the database is closed.</summary>
    internal async Task Run(SqliteText text, CancellationToken cancel)
    {
        await Task.Yield();
        while (!cancel.IsCancellationRequested)
        {
            var rest = Interval;
            try
            {
                await CatchUp(text, cancel).ConfigureAwait(false);
            }
            catch (StateUnavailableException e) when (!cancel.IsCancellationRequested)
            {
                // Searches go on without it, and so does whoever writes; who writes is told what is wrong.
                LogFailed(e, text.Field);
                rest = AfterFailure;
            }
            catch (Exception e) when (cancel.IsCancellationRequested && e is OperationCanceledException or StateUnavailableException)
            {
                return;
            }

            await Task.Delay(rest, time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Until nothing is left to do.</summary>
    private async Task CatchUp(SqliteText text, CancellationToken cancel)
    {
        var (writes, othersWrote) = (database.Writes, time.GetTimestamp());
        while (await database.Read(text.HasWork, cancel).ConfigureAwait(false))
        {
            var started = time.GetTimestamp();
            await database.Write(session => text.TakeIn(session, ChangesPerStep), ChangesPerStep, cancel).ConfigureAwait(false);
            writes++;
            var took = time.GetElapsedTime(started);
            if (database.Writes is var all && all != writes)
            {
                (writes, othersWrote) = (all, time.GetTimestamp());
            }

            if (time.GetElapsedTime(othersWrote) < Quiet)
            {
                await Task.Delay(took * RestsPerStep, time, cancel).ConfigureAwait(false);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The text index of {Field} could not be kept up; searches take longer")]
    private partial void LogFailed(Exception error, string field);
}
