using System.Runtime.CompilerServices;
using Holdfast.Engine.Sqlite.Capture;
using Holdfast.Engine.Sqlite.Db;
using Holdfast.Engine.Transactions;

namespace Holdfast.Engine.Sqlite.Source;

/// <summary>Options of a source.</summary>
public sealed record SqliteSourceOptions
{
    /// <summary>A sign of life after so much quiet.</summary>
    public TimeSpan AliveEvery { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Time for which one call waits for the file's writers.</summary>
    public TimeSpan BusyWait { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The log keeps what was committed within this time, also when all readers have it: one may begin in the past.</summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// A reader that has confirmed nothing for this long is not waited for: a Store that was removed does not sign off. Only another
    /// reader's confirmation lets the log shrink, so somebody has what that one lacks.
    /// </summary>
    public TimeSpan KeepReaders { get; init; } = TimeSpan.FromHours(72);

    /// <summary>A confirmed position is written down as often as this at most.</summary>
    public TimeSpan ConfirmEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Approximate bytes of a part of a transaction.</summary>
    public int PartBytes { get; init; } = 256 * 1024;
}

/// <summary>A SQLite file whose changes are captured by triggers (<see cref="SqliteCapture"/>).</summary>
/// <param name="path">The file.</param>
/// <param name="reader">The reader: the log is kept until each reader has confirmed it.</param>
/// <param name="clock">The clock.</param>
/// <param name="options">Options of reading.</param>
public sealed class SqliteSource(string path, string reader, TimeProvider clock, SqliteSourceOptions? options = null) : ISource
{
    private readonly SqliteSourceOptions _options = options ?? new SqliteSourceOptions();
    private readonly ReaderPlace _place = new(path, reader, clock, options ?? new SqliteSourceOptions());

    /// <inheritdoc/>
    public Task<SourceIdentity> Identify(CancellationToken cancel) => Ask((database, log) => new SourceIdentity(
        "sqlite", database.Text("SELECT sqlite_version()")!, log.SystemId, clock.GetUtcNow()), cancel);

    /// <inheritdoc/>
    public Task<SourceRange> Range(CancellationToken cancel) => Ask((database, log) =>
    {
        Seal(database);
        var oldest = database.Number("SELECT time FROM hf_commit WHERE seq = ?1", log.Pruned);
        return new SourceRange(new Position(log.Generation, (ulong)log.Pruned),
            oldest is { } microseconds ? DateTimeOffset.UnixEpoch.AddTicks(microseconds * 10) : null,
            new Position(log.Generation, (ulong)CaptureLog.Sealed(database)));
    }, cancel);

    /// <inheritdoc/>
    public Task<Position?> At(DateTimeOffset time, CancellationToken cancel) => Ask<Position?>((database, log) =>
    {
        Seal(database);
        // A clock that was set back makes times go back: everything before the first transaction that is late enough.
        var first = database.Number("SELECT min(seq) FROM hf_commit WHERE time >= ?1", CaptureLog.Microseconds(time));
        var last = database.Number("SELECT max(seq) FROM hf_commit WHERE seq < ?1", first ?? long.MaxValue);
        return last is { } seq ? new Position(log.Generation, (ulong)seq) : null;
    }, cancel);

    /// <inheritdoc/>
    public Task Confirm(Position durable, CancellationToken cancel) => _place.Confirm(durable, cancel);

    /// <inheritdoc/>
    public Task Beat(ulong? barrier, CancellationToken cancel) => Ask((database, _) => database.Write(() =>
    {
        CaptureLog.Add(database, LogOp.Beat, clock.GetUtcNow(), barrier is { } number ? (long)number : null!);
        return true;
    }), cancel);

    /// <inheritdoc/>
    public async IAsyncEnumerable<SourceEvent> Read(
        Position after, StreamFilter filter, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var watch = new FileWatch(path);
        using var look = await Task.Run(
            () => SourceFaults.Guard(path, () => new SourceLook(path, after, filter, clock, _options)), cancel).ConfigureAwait(false);
        await _place.Take(after, cancel).ConfigureAwait(false);
        var quiet = new Quiet(watch, clock, _options.AliveEvery);
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            var asked = CaptureLog.Microseconds(clock.GetUtcNow());
            var events = await Task.Run(() => SourceFaults.Guard(path, look.Next), cancel).ConfigureAwait(false);
            foreach (var each in events)
            {
                yield return each;
            }

            if (events.Count > 0)
            {
                quiet.Ended();
            }
            else if (look.Rest is var rest && rest > TimeSpan.Zero)
            {
                await Task.Delay(rest, clock, cancel).ConfigureAwait(false);
            }
            else if (await quiet.Wait(cancel).ConfigureAwait(false) && look.Alive(asked) is { } alive)
            {
                yield return alive;
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _place.DisposeAsync();

    private void Seal(Database database) => database.Write(() => CaptureLog.Seal(database, clock.GetUtcNow()));

    private Task<T> Ask<T>(Func<Database, CaptureLog, T> question, CancellationToken cancel) => Task.Run(
        () => SourceFaults.Guard(path, () =>
        {
            using var database = Database.Open(path, TimeSpan.FromSeconds(10));
            return question(database, SourceLook.Log(database));
        }), cancel);
}
