namespace Holdfast.Samples.Kafka;

/// <summary>State of the transactional ids: the producer of each, and the partitions of the transaction that is open.</summary>
/// <param name="topics">The topics that markers go to.</param>
/// <param name="time">For transactions that are open for too long.</param>
/// <param name="file">Keeps who has which place; null: memory alone does.</param>
internal sealed class Transactions(Topics topics, TimeProvider time, BrokerFile? file = null)
{
    internal const int InvalidEpoch = 47;
    internal const int InvalidState = 48;

    private readonly Dictionary<string, State> _states = new(StringComparer.Ordinal);
    private long _producers = 1000;

    /// <summary>A place under an id: the producer before is fenced off, and what it has open is taken back.</summary>
    internal (long Producer, short Epoch) Init(string? id, int timeout)
    {
        if (id is null)
        {
            return (_producers++, 0);
        }

        if (!_states.TryGetValue(id, out var state))
        {
            _states[id] = state = new State(_producers++);
        }
        else
        {
            End(state, isCommit: false);
            state.Epoch++;
        }

        state.Timeout = TimeSpan.FromMilliseconds(timeout);
        file?.Producer(id, state.Producer, state.Epoch, timeout);
        return (state.Producer, state.Epoch);
    }

    /// <summary>The producers of all transactional ids, for a file that is written anew.</summary>
    internal IEnumerable<(string Id, long Producer, short Epoch, int Timeout)> Places =>
        _states.Select(s => (s.Key, s.Value.Producer, s.Value.Epoch, (int)s.Value.Timeout.TotalMilliseconds));

    /// <summary>Restores a place as a file had it.</summary>
    internal void Restore(string id, long producer, short epoch, int timeout)
    {
        _states[id] = new State(producer) { Epoch = epoch, Timeout = TimeSpan.FromMilliseconds(timeout) };
        _producers = Math.Max(_producers, producer + 1);
    }

    /// <summary>Transactions that were open when the broker ended are open still: their producers go on, or newer ones end them.</summary>
    internal void Reopen()
    {
        foreach (var (topic, partition) in topics.Names.SelectMany(t => topics.Of(t)!.Select((_, p) => (t, p))))
        {
            foreach (var state in _states.Values.Where(s => topics.Of(topic, partition)!.Open.Contains(s.Producer)))
            {
                state.Partitions.Add((topic, partition));
                state.Begun = time.GetTimestamp();
            }
        }
    }

    /// <returns>The error; 0: none.</returns>
    internal int Add(string id, long producer, short epoch, IEnumerable<(string, int)> partitions)
    {
        if (Wrong(id, producer, epoch, out var state) is var error and > 0)
        {
            return error;
        }

        if (state!.Partitions.Count == 0)
        {
            state.Begun = time.GetTimestamp();
        }

        state.Partitions.UnionWith(partitions);
        return 0;
    }

    internal int End(string id, long producer, short epoch, bool isCommit)
    {
        if (Wrong(id, producer, epoch, out var state) is var error and > 0)
        {
            return error;
        }

        End(state!, isCommit);
        return 0;
    }

    /// <summary>Checks whether a batch may be appended.</summary>
    internal int Check(RecordBatch batch, string topic, int partition)
    {
        if (!batch.IsTransactional)
        {
            return 0;
        }

        var (id, state) = _states.FirstOrDefault(s => s.Value.Producer == batch.Producer);
        return id is null ? InvalidState
            : Wrong(id, batch.Producer, batch.Epoch, out _) is var error and > 0 ? error
            : state.Partitions.Contains((topic, partition)) ? 0 : InvalidState;
    }

    private int Wrong(string id, long producer, short epoch, out State? state)
    {
        if (!_states.TryGetValue(id, out state) || state.Producer != producer || state.Epoch != epoch)
        {
            return InvalidEpoch;
        }

        if (state.Partitions.Count > 0 && time.GetElapsedTime(state.Begun) > state.Timeout)
        {
            // Open for too long: the broker takes it back and fences the producer off.
            End(state, isCommit: false);
            state.Epoch++;
            file?.Producer(id, producer, state.Epoch, (int)state.Timeout.TotalMilliseconds);
            return InvalidEpoch;
        }

        return 0;
    }

    private void End(State state, bool isCommit)
    {
        foreach (var (topic, partition) in state.Partitions)
        {
            topics.Of(topic, partition)?.Mark(state.Producer, state.Epoch, isCommit, time.GetUtcNow().ToUnixTimeMilliseconds());
        }

        state.Partitions.Clear();
    }

    private sealed class State(long producer)
    {
        internal long Producer { get; } = producer;

        internal short Epoch { get; set; }

        internal TimeSpan Timeout { get; set; }

        internal long Begun { get; set; }

        internal HashSet<(string Topic, int Partition)> Partitions { get; } = [];
    }
}
