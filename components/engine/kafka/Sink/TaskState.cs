using Holdfast.Engine.Progress;

namespace Holdfast.Engine.Kafka.Sink;

/// <summary>A task's state in its progress topic: of each key the last committed value.</summary>
internal sealed class TaskState(string task)
{
    private readonly Dictionary<StateKey, StateValue> _values = [];

    /// <summary>The newest epoch; null: none was ever raised.</summary>
    internal long? Epoch => Of("fence")?.Epoch;

    internal string? FenceNonce => Of("fence")?.Nonce;

    /// <summary>Nonce of a record whose transaction was aborted: nobody may be shown it.</summary>
    internal string? ProbeNonce => Of("probe")?.Nonce;

    internal SourceName? Source => Of("source") is { Kind: { } kind, SystemId: { } id } ? new SourceName(kind, id) : null;

    internal IReadOnlyList<CountedRow> Lanes => [.. All("lane").Select(l => Row(l.Value))];

    internal IReadOnlyList<SkippedRow> Skipped => [.. All("skipped").Select(s => new SkippedRow(s.Key.Name, Place(s.Value.Position),
        s.Value.Table ?? "", s.Value.Key ?? "", s.Value.Code ?? "", s.Value.Why ?? "")).OrderBy(s => s.Position)];

    /// <summary>A copy, to be changed apart.</summary>
    internal TaskState Copy()
    {
        var copy = new TaskState(task);
        foreach (var (key, value) in _values)
        {
            copy._values.Add(key, value);
        }

        return copy;
    }

    internal void Take(StateKey key, StateValue? value)
    {
        if (key.Task != task)
        {
            return;
        }

        if (value is null)
        {
            _values.Remove(key);
        }
        else
        {
            _values[key] = value;
        }
    }

    internal CountedRow Lane(int lane) => Of("lane", Number(lane)) is { } value ? Row(value) : CountedRow.None;

    internal int? Partitions(string topic) => Of("topic", topic)?.Partitions;

    internal string? Shape(string table) => Of("table", table)?.Shape;

    internal StateKey Key(string of, string name = "") => new(task, of, name);

    internal StateKey LaneKey(int lane) => Key("lane", Number(lane));

    internal static StateValue Lane(CountedRow row, string mark) => new()
    {
        Epoch = row.Row.Epoch,
        Count = row.Count,
        Low = row.Row.Low.ToString(),
        Done = [.. row.Row.Done.Order().Select(d => d.ToString())],
        SourceTime = row.Row.SourceTime,
        Mark = mark,
    };

    internal static StateValue Skip(SkippedRow row) => new()
    {
        Position = row.Position.ToString(), Table = row.Table, Key = row.Key, Code = row.Code, Why = row.Why,
    };

    private StateValue? Of(string of, string name = "") => _values.GetValueOrDefault(Key(of, name));

    private IEnumerable<KeyValuePair<StateKey, StateValue>> All(string of) => _values.Where(v => v.Key.Of == of);

    private static CountedRow Row(StateValue value) => new(value.Count ?? 0, new LaneRow(
        Place(value.Low), (value.Done ?? []).Select(Place).ToHashSet(), value.SourceTime ?? 0, value.Epoch ?? 0));

    private static Position Place(string? text) => Position.TryParse(text, out var position) ? position
        : throw new DamagedException($"the progress topic names a position '{text}'");

    private static string Number(int lane) => lane.ToString(CultureInfo.InvariantCulture);
}
