using Holdfast.Engine.Transactions;
using Holdfast.Log;
using Holdfast.Log.Contract;
using Holdfast.Log.Reading;
using Holdfast.StoreWire.Frames;

namespace Holdfast.StoreWire.Server;

/// <summary>Shows a <see cref="StoreLog"/> to consumers.</summary>
/// <param name="log">The log.</param>
/// <param name="store">Name of the Store.</param>
/// <param name="options">As the log was opened.</param>
public sealed class ServedLog(StoreLog log, string store, LogOptions options) : IServedLog
{
    /// <summary>Interval at which an idle stream says that it lives.</summary>
    private static readonly TimeSpan AliveInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>Each has a line in the MANIFEST.</summary>
    private const int ConsumersMax = 1000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (int Streams, ConnectedConsumer? Said)> _consumers = new(StringComparer.Ordinal);

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
    public IReadOnlyList<WireTerm> Terms => [.. log.Terms.Select(t => new WireTerm(t.Number, t.After.ToString()))];

    /// <inheritdoc/>
    public IReadOnlyList<string> Through { get; set; } = [];

    /// <inheritdoc/>
    public (IServedReader? Reader, RefusedFrame? Refusal) Open(Open asked)
    {
        var filter = new StreamFilter { Tables = asked.Tables, OriginsLeftOut = asked.OriginsLeftOut };
        var opened = asked.After is { } after && Position.TryParse(after, out var position) ? log.OpenReader(position)
            : asked.FromMicroseconds is { } exact ? log.OpenReader(DateTimeOffset.UnixEpoch.AddTicks(exact * 10))
            : asked.FromTime is { } seconds ? log.OpenReader(DateTimeOffset.FromUnixTimeSeconds(seconds))
            : log.OpenReader(log.Range.After);
        if (!opened.IsDone)
        {
            return (null, Refusal(opened.Fault));
        }

        if (!asked.IsPassing)
        {
            var known = log.Consumers.All;
            if (known.Count >= ConsumersMax && !known.ContainsKey(asked.Task))
            {
                opened.Value.Dispose();
                return (null, new RefusedFrame
                {
                    Code = "DP-305", Message = $"{known.Count} consumers are known, which is the most.", Range = Range,
                });
            }

            // It needs the position that it asks for: that is kept from now on, and not from its first report on.
            log.Consumers.Set(asked.Task, opened.Value.Position);
        }

        Connect(asked.Task);
        return (new Reader(opened.Value, new BlockFilter(filter), options.Time, () => Disconnect(asked.Task)), null);
    }

    /// <summary>The consumers that are connected and have said what they have applied, by task.</summary>
    public IReadOnlyList<ConnectedConsumer> Connected
    {
        get
        {
            lock (_gate)
            {
                return [.. _consumers.Values.Select(c => c.Said).OfType<ConnectedConsumer>().OrderBy(c => c.Task, StringComparer.Ordinal)];
            }
        }
    }

    /// <inheritdoc/>
    public void Applied(string task, Position checkpoint, long seconds)
    {
        lock (_gate)
        {
            if (_consumers.TryGetValue(task, out var consumer))
            {
                _consumers[task] = consumer with { Said = new ConnectedConsumer(task, checkpoint, seconds) };
            }
        }

        log.Consumers.Set(task, checkpoint);
    }

    private void Connect(string task)
    {
        lock (_gate)
        {
            var (streams, said) = _consumers.GetValueOrDefault(task);
            _consumers[task] = (streams + 1, said);
        }
    }

    /// <summary>One that is gone reads elsewhere, or not at all: it is no reader of this Store. Its position is kept.</summary>
    private void Disconnect(string task)
    {
        lock (_gate)
        {
            if (_consumers.TryGetValue(task, out var consumer) && consumer.Streams > 1)
            {
                _consumers[task] = consumer with { Streams = consumer.Streams - 1 };
            }
            else
            {
                _consumers.Remove(task);
            }
        }
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
        BeginMicroseconds = range.AfterTime < 0 ? null : range.AfterTime,
        End = Seconds(range.LastTime),
    };

    private static long? Seconds(long microseconds) => microseconds < 0 ? null : microseconds / 1_000_000;

    private sealed class Reader(LogReader reader, BlockFilter filter, TimeProvider time, Action gone) : IServedReader
    {
        private int _isGone;

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

        public void Dispose()
        {
            reader.Dispose();
            if (Interlocked.Exchange(ref _isGone, 1) == 0)
            {
                gone();
            }
        }

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

/// <summary>A consumer that is connected.</summary>
/// <param name="Task">The task that reads.</param>
/// <param name="Applied">It has applied everything up to here.</param>
/// <param name="Seconds">Commit time there, unix seconds.</param>
public sealed record ConnectedConsumer(string Task, Position Applied, long Seconds);
