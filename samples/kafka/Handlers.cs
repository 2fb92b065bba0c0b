using System.Collections.Concurrent;

namespace Holdfast.Samples.Kafka;

/// <summary>The calls that a broker answers, each in the versions that it names.</summary>
internal sealed class Handlers : IDisposable
{
    internal const int UnknownTopic = 3;
    internal const int Unsupported = 35;

    internal const int EndTxn = 26;

    private static readonly (int Api, int From, int To)[] Known =
    [
        (0, 3, 7), (1, 4, 4), (2, 1, 2), (3, 1, 4), (8, 2, 2), (9, 1, 1), (10, 0, 1), (11, 2, 2), (12, 0, 0), (13, 0, 0), (14, 0, 0),
        (18, 0, 2), (19, 0, 4), (22, 0, 1), (24, 0, 0), (EndTxn, 0, 1), (32, 0, 1),
    ];

    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<int, int> _calls = new();
    private readonly GroupHandlers _groups = new();

    private readonly Broker _broker;
    private readonly int _partitions;
    private readonly TimeProvider _time;
    private readonly BrokerFile? _file;
    private readonly ProducerHandlers _producers;

    /// <param name="broker">The broker that is called.</param>
    /// <param name="partitions">Of a topic that does not say it.</param>
    /// <param name="bytesMax">Of a partition.</param>
    /// <param name="file">Keeps what comes; null: memory alone does.</param>
    /// <param name="time">The clock.</param>
    internal Handlers(Broker broker, int partitions, long bytesMax, string? file, TimeProvider time)
    {
        (_broker, _partitions, _time) = (broker, partitions, time);
        (Topics, var transactions) = Made(null);
        _file = file is null ? null : new BrokerFile(file, f => (Topics, transactions) = Made(f));
        _producers = new ProducerHandlers(broker, Topics, transactions);

        (Topics, Transactions) Made(BrokerFile? keeper)
        {
            var topics = new Topics(partitions, bytesMax, keeper);
            return (topics, new Transactions(topics, time, keeper));
        }
    }

    internal Topics Topics { get; private set; }

    private bool IsHeld => _broker.Vice.HasFlag(Vice.HoldsEnd) && (_broker.HeldTopic is not { } topic || IsOpen(topic));

    public void Dispose()
    {
        lock (_gate)
        {
            _file?.Dispose();
        }
    }

    /// <summary>Somewhere messages are open: they are there, and no reader of committed ones is given them.</summary>
    internal bool IsOpen(string topic)
    {
        lock (_gate)
        {
            return Topics.Of(topic)?.Any(p => p.Stable < p.End) == true;
        }
    }

    internal int Calls(int api) => _calls.GetValueOrDefault(api);

    /// <returns>The answer; or that the connection breaks instead.</returns>
    internal async Task<(byte[]? Answer, bool IsLost)> Handle(WireReader from, CancellationToken cancel)
    {
        var (api, version, correlation, _) = (from.Int16(), from.Int16(), from.Int32(), from.Text());
        _calls.AddOrUpdate(api, 1, (_, n) => n + 1);
        var to = new WireWriter().Int32(correlation);
        if (api == 1)
        {
            return (await Fetch(from, to, cancel), false);
        }

        if (api == EndTxn && (_broker.Vice.HasFlag(Vice.LosesEnd) || IsHeld))
        {
            while (IsHeld)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, cancel);
            }

            return (null, true);
        }

        lock (_gate)
        {
            var answer = Answer(api, version, from, to);
            return (answer?.ToArray(), api == EndTxn && _broker.Vice.HasFlag(Vice.LosesAnswerOfEnd));
        }
    }

    private WireWriter? Answer(int api, int version, WireReader from, WireWriter to) => api switch
    {
        0 => _producers.Produce(from, to, version),
        2 => Offsets(from, to, version),
        3 => Metadata(from, to, version),
        8 => GroupHandlers.Commit(from, to),
        9 => GroupHandlers.Committed(from, to),
        10 => version == 0 ? Me(to.Int16(0)) : Me(to.Int32(0).Int16(0).Text(null)),
        11 => _groups.Join(from, to),
        12 or 13 => to.Int16(0),
        14 => GroupHandlers.Sync(from, to),
        18 => Versions(to, version),
        19 => TopicHandlers.Make(from, to, version, Topics),
        22 => _producers.InitProducer(from, to),
        24 => _producers.AddPartitions(from, to),
        EndTxn => _producers.EndTransaction(from, to),
        32 => TopicHandlers.Settings(from, to, version, _broker),
        _ => throw new InvalidOperationException($"no call {api} version {version}"),
    };

    private static WireWriter Versions(WireWriter to, int version)
    {
        // A version that is not known is answered in the oldest form, so that the client can choose another one.
        to.Int16(version > 2 ? Unsupported : 0).All(Known, k => to.Int16(k.Api).Int16(k.From).Int16(k.To));
        return version is 1 or 2 ? to.Int32(0) : to;
    }

    private WireWriter Me(WireWriter to) => to.Int32(1).Text("127.0.0.1").Int32(_broker.Port);

    private WireWriter Metadata(WireReader from, WireWriter to, int version)
    {
        var names = from.Maybe(r => r.Text()!);
        var makes = version < 4 || from.Bool();
        if (version >= 3)
        {
            to.Int32(0);
        }

        to.Int32(1);
        Me(to).Text(null);
        if (version >= 2)
        {
            to.Text("stand-in");
        }

        foreach (var name in makes ? names ?? [] : [])
        {
            Topics.Make(name, _partitions);
        }

        return to.Int32(1).All(names ?? [.. Topics.Names], name =>
        {
            var logs = Topics.Of(name);
            to.Int16(logs is null ? UnknownTopic : 0).Text(name).Bool(false).All([.. Enumerable.Range(0, logs?.Length ?? 0)],
                p => to.Int16(0).Int32(p).Int32(1).All([1], _ => to.Int32(1)).All([1], _ => to.Int32(1)));
        });
    }

    private async Task<byte[]> Fetch(WireReader from, WireWriter to, CancellationToken cancel)
    {
        var (_, wait, _, _, committed) = (from.Int32(), from.Int32(), from.Int32(), from.Int32(), from.Int8() == 1);
        var topics = from.All(r => (Name: r.Text()!,
            Partitions: r.All(p => (Number: p.Int32(), From: p.Int64(), Bytes: p.Int32()))));
        committed &= !_broker.Vice.HasFlag(Vice.ShowsAll);
        for (var started = _time.GetTimestamp(); ; await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, cancel))
        {
            lock (_gate)
            {
                var isThere = topics.Exists(t => t.Partitions.Exists(p => Topics.Of(t.Name, p.Number) is not { } log
                    || p.From > log.End || p.From < log.Start || p.From < (committed ? log.Stable : log.End)));
                if (isThere || _time.GetElapsedTime(started).TotalMilliseconds >= wait)
                {
                    to.Int32(0).All(topics, t => to.Text(t.Name).All(t.Partitions, p => Fetched(t.Name, p, committed, to)));
                    return to.ToArray();
                }
            }
        }
    }

    private void Fetched(string topic, (int Number, long From, int Bytes) asked, bool committed, WireWriter to)
    {
        to.Int32(asked.Number);
        if (Topics.Of(topic, asked.Number) is not { } log || asked.From > log.End || asked.From < log.Start)
        {
            to.Int16(Topics.Of(topic) is null ? UnknownTopic : 1).Int64(-1).Int64(-1).Int32(-1).Bytes([]);
            return;
        }

        to.Int16(0).Int64(log.End).Int64(_broker.Vice.HasFlag(Vice.ShowsAll) ? log.End : log.Stable);
        to.All(committed ? log.Aborted(asked.From) : [], a => to.Int64(a.Producer).Int64(a.First));
        to.Bytes(log.Read(asked.From, committed ? log.Stable : log.End, asked.Bytes));
    }

    private WireWriter Offsets(WireReader from, WireWriter to, int version)
    {
        var committed = (from.Int32(), version >= 2 && from.Int8() == 1).Item2;
        var topics = from.All(r => (Name: r.Text()!, Partitions: r.All(p => (Number: p.Int32(), Time: p.Int64()))));
        if (version >= 2)
        {
            to.Int32(0);
        }

        return to.All(topics, t => to.Text(t.Name).All(t.Partitions, p =>
        {
            var log = Topics.Of(t.Name, p.Number);
            var offset = log is null || p.Time == -2 ? log?.Start ?? 0 : committed ? log.Stable : log.End;
            to.Int32(p.Number).Int16(log is null ? UnknownTopic : 0).Int64(-1).Int64(offset);
        }));
    }
}
