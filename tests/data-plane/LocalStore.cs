using Holdfast.Engine.Seams;
using Holdfast.Engine.Sqlite.Source;
using Holdfast.Engine.Transactions;
using Holdfast.Store;
using Holdfast.StoreWire.Client;
using Holdfast.StoreWire.Frames;
using Microsoft.Extensions.Logging.Abstractions;

namespace Holdfast.DataPlane.Tests;

/// <summary>A wall clock that can be set; what is measured goes on as it did.</summary>
internal sealed class SetClock : TimeProvider
{
    private long _ahead;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref _ahead));

    internal void Set(TimeSpan by) => Interlocked.Add(ref _ahead, by.Ticks);
}

/// <summary>A Store of a bank in this process: its log, its socket and its source are real, its clock can be set.</summary>
internal sealed class LocalStore : IAsyncDisposable
{
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(90);

    private readonly CancellationTokenSource _end = new();
    private readonly SqliteSource _source;
    private readonly StoreRunner _runner;
    private readonly Task<StoreFault?> _running;

    internal LocalStore(string file, string folder, TimeProvider time, Func<StoreOptions, StoreOptions>? change = null)
    {
        var options = new StoreOptions
        {
            Name = Path.GetFileName(folder), Subtopic = "bank", Folder = folder, Filter = new StreamFilter { Tables = Bank.Collected },
        };
        _source = new SqliteSource(file, options.Name, time);
        _runner = new StoreRunner(_source, change?.Invoke(options) ?? options, time, NullLoggerFactory.Instance);
        _running = _runner.Run(_end.Token);
    }

    internal StoreFigures Figures => _runner.Figures;

    internal Position After => Figures.Range!.After;

    internal Position Last => Figures.Range!.Last;

    internal async Task<LocalStore> Serves()
    {
        await Until(() => Figures is { Endpoint: not null, Range: not null });
        return this;
    }

    internal Task Until(Func<bool> holds) =>
        Eventually.Holds(() => holds() ? null : $"{Figures} {(_running.IsCompletedSuccessfully ? _running.Result : null)}", Slow);

    internal Task<StoreFault?> Ended() => _running.WaitAsync(Slow, TimeProvider.System);

    internal Task<StoreStream> Open(string task, Position? after = null, long? from = null) => StoreClient.Open(
        new ClientOptions { Store = Figures.Endpoint! },
        _ => new Open { Task = task, After = after?.ToString(), FromTime = from, Credit = 1 << 20 }, TestContext.Current.CancellationToken);

    /// <summary>The positions of the transactions after a place, so many.</summary>
    internal async Task<List<Position>> Read(string task, Position after, int count)
    {
        await using var stream = await Open(task, after);
        using var limit = new CancellationTokenSource(Slow, TimeProvider.System);
        var read = new List<Position>();
        await foreach (var each in stream.Read(limit.Token))
        {
            if (each is TransactionEvent { Part: { IsLast: true, Position: var position } })
            {
                read.Add(position);
            }

            if (read.Count == count)
            {
                break;
            }
        }

        return read;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAny(_running);
        await _source.DisposeAsync();
        _end.Dispose();
    }
}
