using System.Collections.Concurrent;
using Holdfast.Engine.Kafka.Client;
using Holdfast.Engine.Progress;

namespace Holdfast.Engine.Kafka.Sink;

/// <summary>
/// A Kafka cluster as a sink: each group is one transaction of Kafka, with the task's progress in it as records of a topic that is
/// compacted. One lane writes all, so each partition has the source's order; the producer sends many messages at a time by itself.
/// </summary>
public sealed class KafkaSink : ISink
{
    private readonly KafkaSettings _settings;
    private readonly TimeProvider _time;
    private readonly KafkaClients _clients;
    private readonly ClusterTopics _topics;
    private readonly ConcurrentDictionary<string, TaskWriter> _tasks = new(StringComparer.Ordinal);
    private readonly Action<string>? _passing;

    private KafkaSink(KafkaSettings settings, TimeProvider time, Action<string>? passing)
    {
        (_settings, _time, _passing) = (settings, time, passing);
        _clients = new KafkaClients(settings);
        _topics = new ClusterTopics(_clients, settings, time);
    }

    /// <inheritdoc/>
    public SinkCapabilities Capabilities { get; } =
        new(HasTransactionalDdl: true, HasOriginMarks: false, LanesMax: 1) { KeepsChanges = true };

    /// <summary>Opens a cluster.</summary>
    /// <exception cref="SourceFaultException">It cannot be reached, or does not let us in.</exception>
    public static Task<KafkaSink> Open(KafkaSettings settings, TimeProvider time, CancellationToken cancel = default) =>
        Open(settings, time, null, cancel);

    /// <param name="settings">The cluster, and how it is written to.</param>
    /// <param name="time">For waits.</param>
    /// <param name="passing">Told before and after each step of a transaction; for tests that end a process, or a call, there.</param>
    /// <param name="cancel">Gives up.</param>
    internal static async Task<KafkaSink> Open(
        KafkaSettings settings, TimeProvider time, Action<string>? passing, CancellationToken cancel)
    {
        var sink = new KafkaSink(settings, time, passing);
        try
        {
            await sink._topics.Look(cancel).ConfigureAwait(false);
            return sink;
        }
        catch
        {
            await sink.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<long?> Fence(string task, long epoch, CancellationToken cancel) => await Guarded(async () =>
    {
        var writer = Of(task);
        await _topics.Progress(writer.Topic, cancel).ConfigureAwait(false);
        return await writer.Fence(epoch, cancel).ConfigureAwait(false);
    }).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<SinkProgress?> Progress(string task, CancellationToken cancel)
    {
        var writer = Of(task);
        return _topics.Seen(writer.Topic) is null ? null : await Guarded(async () =>
        {
            var state = await writer.Read(cancel).ConfigureAwait(false);
            return CountedRow.Merge(state.Lanes, state.Source);
        }).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<SourceName?> Adopt(string task, long epoch, SourceName source, CancellationToken cancel)
    {
        var writer = Of(task);
        if (writer.Producer is null)
        {
            // A writer of the past says nothing: its lanes are told so.
            return null;
        }

        return await Guarded(async () =>
        {
            var state = await writer.Read(cancel).ConfigureAwait(false);
            if (state.Source == source || EpochFence.IsPast(state.Epoch, epoch))
            {
                return null;
            }

            if (state.Source is { } known && state.Lanes.Count > 0)
            {
                return known;
            }

            await writer.Adopt(source, cancel).ConfigureAwait(false);
            return null;
        }).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SkippedRow>> Skipped(string task, CancellationToken cancel)
    {
        var writer = Of(task);
        return _topics.Seen(writer.Topic) is null ? []
            : await Guarded(async () => (await writer.Read(cancel).ConfigureAwait(false)).Skipped).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<ISinkLane> Lane(string task, int lane, long epoch, string mark, CancellationToken cancel) => lane == 0
        ? Task.FromResult<ISinkLane>(new KafkaLane(Of(task), new LaneName(task, epoch, mark), _topics, _settings, _time, _passing))
        : throw new ArgumentOutOfRangeException(nameof(lane), lane, "Kafka has one lane");

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        foreach (var writer in _tasks.Values)
        {
            writer.Dispose();
        }

        _tasks.Clear();
        _topics.Dispose();
        return ValueTask.CompletedTask;
    }

    private TaskWriter Of(string task) => _tasks.GetOrAdd(task, t => new TaskWriter(t, _clients, _settings, _time));

    private static async Task<T> Guarded<T>(Func<Task<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (DamagedException error)
        {
            throw new SourceFaultException(new SourceFault("DP-607", error.Message, "Let nothing else write to the progress topic"));
        }
    }
}
