namespace Holdfast.Rules.Apply.Lanes;

/// <summary>
/// Gives work to lanes. Work that touches what unfinished work touches follows it: in its lane, when all that is unfinished is in
/// one; else it waits until that is so. Other work fills up a lane that has little to do, so that small transactions share one of the
/// sink's, and then goes to the lane with the least. The same calls give the same plan.
/// </summary>
/// <param name="lanes">Count of the lanes.</param>
/// <param name="fill">A lane goes on taking work until it has this much to do; 0: each time the one with the least.</param>
internal sealed class Planner<T>(int lanes, long fill = 0)
{
    private readonly Dictionary<ulong, Transaction> _keys = [];
    private readonly Dictionary<ulong, TableUse> _tables = [];
    private readonly Dictionary<PlanItem<T>, Transaction> _unfinished = [];
    private readonly long[] _load = new long[lanes];
    private long _search;
    private int _filled;

    /// <summary>Work that is not done.</summary>
    internal int Count => _unfinished.Count;

    /// <summary>Work that waits for a lane.</summary>
    internal int Waiting { get; private set; }

    /// <summary>Bytes that are not done, waiting ones too.</summary>
    internal long Bytes { get; private set; }

    internal bool IsIdle => _unfinished.Count == 0;

    /// <summary>Keys and tables that are remembered; none when it is idle.</summary>
    internal int Held => _keys.Count + _tables.Count;

    /// <summary>Takes the work of one source transaction, in the source's order.</summary>
    /// <param name="footprint">Keys and tables that all of it touches.</param>
    /// <param name="items">Pieces that touch nothing in common.</param>
    /// <param name="assigned">Gets what may be done now, each in its lane behind what is there.</param>
    internal void Add(Footprint footprint, IReadOnlyList<PlanItem<T>> items, ICollection<PlanItem<T>> assigned)
    {
        _search++;
        var transaction = new Transaction(footprint, items);
        foreach (var item in items)
        {
            _unfinished.Add(item, transaction);
            Bytes += item.Bytes;
        }

        var after = Dependencies(footprint);
        foreach (var item in items)
        {
            item.After.AddRange(after);
            Waiting++;
            foreach (var earlier in after)
            {
                earlier.Before.Add(item);
            }
        }

        // In one lane everything follows everything.
        if (lanes > 1)
        {
            Hold(transaction);
        }

        foreach (var item in items)
        {
            Assign(item, assigned);
        }
    }

    /// <summary>Work is committed; what waited for it may go on.</summary>
    internal void Complete(PlanItem<T> item, ICollection<PlanItem<T>> assigned)
    {
        if (!_unfinished.Remove(item, out var transaction))
        {
            throw new InvalidOperationException("the work is done already, or was never planned");
        }

        item.IsDone = true;
        Bytes -= item.Bytes;
        _load[item.Lane] -= Load(item);
        if (transaction.Items.All(i => i.IsDone))
        {
            Release(transaction);
        }

        foreach (var later in item.Before)
        {
            Assign(later, assigned);
        }

        item.Before.Clear();
    }

    /// <summary>The work that a lane has, in bytes.</summary>
    internal long LoadOf(int lane) => _load[lane];

    /// <summary>A row costs a sink about as much as so many bytes.</summary>
    private static long Load(PlanItem<T> item) => item.Bytes + 200L * item.Rows + 200;

    private void Assign(PlanItem<T> item, ICollection<PlanItem<T>> assigned)
    {
        if (item.Lane >= 0)
        {
            return;
        }

        int? lane = null;
        foreach (var earlier in item.After)
        {
            if (earlier.IsDone || earlier.Lane == lane)
            {
                continue;
            }

            if (earlier.Lane < 0 || lane is not null)
            {
                return;
            }

            lane = earlier.Lane;
        }

        item.Lane = lane ?? Free(Load(item));
        item.After.Clear();
        _load[item.Lane] += Load(item);
        Waiting--;
        assigned.Add(item);
        foreach (var later in item.Before)
        {
            Assign(later, assigned);
        }
    }

    private int Free(long load) =>
        _filled = _load[_filled] + load <= fill ? _filled : Array.IndexOf(_load, _load.Min());

    private List<PlanItem<T>> Dependencies(Footprint footprint)
    {
        var after = new List<PlanItem<T>>();
        foreach (var key in footprint.Keys)
        {
            Meet(_keys.GetValueOrDefault(key), after);
        }

        foreach (var table in footprint.Tables)
        {
            Meet(_tables.GetValueOrDefault(table)?.Whole, after);
        }

        foreach (var table in footprint.WholeTables)
        {
            var use = _tables.GetValueOrDefault(table);
            Meet(use?.Whole, after);
            foreach (var transaction in use?.Rows ?? [])
            {
                Meet(transaction, after);
            }
        }

        return after;
    }

    private void Meet(Transaction? transaction, List<PlanItem<T>> after)
    {
        foreach (var item in transaction?.Items ?? [])
        {
            if (item.Met != _search && !item.IsDone)
            {
                item.Met = _search;
                after.Add(item);
            }
        }
    }

    /// <summary>
    /// Work that comes later and touches the same meets this transaction; the ones before it need not be met, for it follows them.
    /// </summary>
    private void Hold(Transaction transaction)
    {
        foreach (var key in transaction.Footprint.Keys)
        {
            _keys[key] = transaction;
        }

        foreach (var table in transaction.Footprint.Tables)
        {
            if (!_tables.TryGetValue(table, out var use))
            {
                _tables.Add(table, use = new TableUse());
            }

            use.Rows.Add(transaction);
        }

        foreach (var table in transaction.Footprint.WholeTables)
        {
            _tables[table] = new TableUse { Whole = transaction };
        }
    }

    private void Release(Transaction transaction)
    {
        foreach (var key in transaction.Footprint.Keys)
        {
            if (_keys.GetValueOrDefault(key) == transaction)
            {
                _keys.Remove(key);
            }
        }

        foreach (var table in transaction.Footprint.Tables.Concat(transaction.Footprint.WholeTables))
        {
            if (_tables.TryGetValue(table, out var use))
            {
                use.Rows.Remove(transaction);
                use.Whole = use.Whole == transaction ? null : use.Whole;
                if (use.Whole is null && use.Rows.Count == 0)
                {
                    _tables.Remove(table);
                }
            }
        }
    }

    private sealed class Transaction(Footprint footprint, IReadOnlyList<PlanItem<T>> items)
    {
        internal Footprint Footprint { get; } = footprint;

        internal IReadOnlyList<PlanItem<T>> Items { get; } = items;
    }

    private sealed class TableUse
    {
        /// <summary>The last one that may touch any row.</summary>
        internal Transaction? Whole { get; set; }

        /// <summary>Those that came after it and touch some.</summary>
        internal HashSet<Transaction> Rows { get; } = [];
    }
}
