using System.Collections.Concurrent;
using Holdfast.Engine;
using Holdfast.Engine.Transactions;
using Holdfast.Log;
using Holdfast.Log.Reading;
using Holdfast.StoreWire.Frames;

namespace Holdfast.StoreWire.Server;

/// <summary>Shows a <see cref="StoreLog"/> to consumers.</summary>
/// <param name="log">The log.</param>
/// <param name="store">Name of the Store.</param>
/// <param name="options">As the log was opened.</param>
public sealed class ServedLog(StoreLog log, string store, LogOptions options) : IServedLog
{
    /// <summary>How often an idle stream says that it lives.</summary>
    private static readonly TimeSpan AliveInterval = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<string, long> _consumers = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string Store => store;

    /// <inheritdoc/>
    public string Subtopic => options.Subtopic;

    /// <inheritdoc/>
    public string Kind => options.SourceKind;

    /// <inheritdoc/>
    public string SystemId => options.SystemId;

    /// <inheritdoc/>
    public WireRange Range => Of(log.Range);

    /// <inheritdoc/>
    public (IServedReader? Reader, RefusedFrame? Refusal) Open(Open asked)
    {
        var filter = new StreamFilter { Tables = asked.Tables, OriginsLeftOut = asked.OriginsLeftOut };
        var opened = asked.After is { } after && Position.TryParse(after, out var position) ? log.OpenReader(position)
            : asked.FromTime is { } seconds ? log.OpenReader(DateTimeOffset.FromUnixTimeSeconds(seconds))
            : log.OpenReader(log.Range.After);
        return opened.IsDone ? (new Reader(opened.Value, new BlockFilter(filter), options.Time), null) : (null, Refusal(opened.Fault));
    }

    /// <summary>What consumers have said since this Store started: unix seconds.</summary>
    public IReadOnlyDictionary<string, long> Consumers => _consumers;

    /// <inheritdoc/>
    public void Applied(string task, Position checkpoint, long seconds)
    {
        _consumers[task] = seconds;
        log.Consumers.Set(task, checkpoint);
    }

    private static RefusedFrame Refusal(LogFault fault) => new()
    {
        Code = fault.Code, Message = fault.Message, Range = fault.Range is { } range ? Of(range) : null,
    };

    private static WireRange Of(LogRange range) => new()
    {
        First = range.After.ToString(),
        Last = range.Last.ToString(),
        Begin = Seconds(range.AfterTime),
        End = Seconds(range.LastTime),
    };

    private static long? Seconds(long microseconds) => microseconds < 0 ? null : microseconds / 1_000_000;

    private sealed class Reader(LogReader reader, BlockFilter filter, TimeProvider time) : IServedReader
    {
        public Position After { get; } = reader.Position;

        public async ValueTask<ServedItem> Next(CancellationToken cancel)
        {
            try
            {
                while (true)
                {
                    var block = reader.TryNext() ?? await Wait(cancel);
                    if (block is null)
                    {
                        if (reader.Alive is { } alive)
                        {
                            return new ServedItem(default, alive.Position, alive.Time);
                        }

                        continue;
                    }

                    if (filter.Apply(block) is { IsEmpty: false } bytes)
                    {
                        return new ServedItem(bytes, block.Last, block.MaxTime);
                    }
                }
            }
            catch (LogFaultException error)
            {
                throw new RefusedException(Refusal(error.Fault));
            }
        }

        public void Dispose() => reader.Dispose();

        /// <summary>Null: nothing has come for a while.</summary>
        private async ValueTask<LogBlock?> Wait(CancellationToken cancel)
        {
            using var limit = new CancellationTokenSource(AliveInterval, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
            try
            {
                return await reader.Next(both.Token);
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                return null;
            }
        }
    }
}
