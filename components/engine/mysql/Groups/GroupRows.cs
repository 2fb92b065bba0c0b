using Holdfast.Engine.MySql.Capture;
using Holdfast.Engine.MySql.Db;
using Holdfast.Engine.MySql.Events;
using Holdfast.Engine.MySql.Values;
using Holdfast.Engine.Tables;
using Holdfast.Engine.Transactions;

namespace Holdfast.Engine.MySql.Groups;

/// <summary>Tables as a reader of groups has to know them.</summary>
internal interface ITables
{
    /// <summary>
    /// Finds how rows of a table are read, and an id that stays the same for the same table; faults where that cannot be known.
    /// </summary>
    ValueTask<(TableLayout Layout, uint Id)> Of(TableMap map, CancellationToken cancel);

    /// <summary>The table of a name as it is now; id 0: there is none.</summary>
    ValueTask<(TableSchema Table, uint Id)> Of(string schema, string name, CancellationToken cancel);

    /// <summary>A statement has changed some table.</summary>
    void Forget();
}

/// <summary>The tables and rows of groups: what is wanted of them becomes changes, and our own rows say who wrote.</summary>
internal sealed class GroupRows(ITables tables, StreamFilter filter, int partBytes)
{
    /// <summary>The table of the last event of a statement when only its end is to be said.</summary>
    private const ulong NoTable = 0xFFFFFF;

    /// <summary>The lower half of a table's number, or all of it.</summary>
    private const int NumberBytes = 4;

    private const int EarlierMax = 1000;
    private readonly Dictionary<ulong, (TableMap Map, TableLayout? Layout, uint Id)> _maps = [];

    /// <summary>Maps of earlier groups by their bytes: most groups begin with the one that the group before began with.</summary>
    private readonly Dictionary<uint, (byte[] Body, (TableMap Map, TableLayout? Layout, uint Id) Table)> _earlier = [];
    private readonly HashSet<uint> _shown = [];
    private readonly RowImages _images = new();

    /// <summary>Numbers of tables begin anew, or a table has changed.</summary>
    internal void Forget()
    {
        _maps.Clear();
        _earlier.Clear();
    }

    /// <summary>A group begins: its maps come before its rows.</summary>
    internal void Begin() => _maps.Clear();

    /// <summary>Somebody wants the table's rows.</summary>
    internal bool Wants(string schema, string table) => !Sql.IsSystem(schema) && filter.Wants(schema, table);

    internal async ValueTask Map(BinlogEvent happened, int postHeader, Group group, List<SourceEvent> to, CancellationToken cancel)
    {
        if (happened.Body.Length < NumberBytes)
        {
            throw new DamagedException($"a table map has {happened.Body.Length} bytes");
        }

        var number = System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(happened.Body.Span);
        if (_earlier.TryGetValue(number, out var known) && happened.Body.Span.SequenceEqual(known.Body))
        {
            (group.IsBegun, _maps[known.Table.Map.Id]) = (true, known.Table);
            return;
        }

        var map = TableMap.Parse(happened, postHeader);
        await Map(map, group, to, cancel);
        if (!group.IsSeen)
        {
            if (_earlier.Count >= EarlierMax)
            {
                _earlier.Clear();
            }

            _earlier[number] = (happened.Body.ToArray(), _maps[map.Id]);
        }
    }

    private async ValueTask Map(TableMap map, Group group, List<SourceEvent> to, CancellationToken cancel)
    {
        group.IsBegun = true;
        if (group.IsSeen || _maps.TryGetValue(map.Id, out var known) && known.Map.IsLike(map))
        {
            return;
        }

        if (OwnTables.IsOne(map))
        {
            _maps[map.Id] = (map, OwnTables.Layout(map), 0);
            return;
        }

        if (!Wants(map.Schema, map.Name))
        {
            _maps[map.Id] = (map, null, 0);
            return;
        }

        var (layout, id) = await tables.Of(map, cancel);
        _maps[map.Id] = (map, layout, id);
        Show(layout.Schema, id, to);
    }

    internal void Show(TableSchema table, uint id, List<SourceEvent> to)
    {
        if (_shown.Add(id))
        {
            to.Add(new SchemaEvent(table with { Id = id }));
        }
    }

    internal void Read(Group group, BinlogEvent happened, int postHeader, List<SourceEvent> to)
    {
        if (group.IsSeen)
        {
            return;
        }

        var rows = RowsEvent.Parse(happened, postHeader);
        if (!_maps.TryGetValue(rows.Table, out var of))
        {
            if (rows.Table == NoTable && rows.Images.IsEmpty)
            {
                return;
            }

            throw new SourceFaultException(SourceFaults.NoMap(rows.Table, group.Position));
        }

        if (of.Layout is not { } layout)
        {
            return;
        }

        try
        {
            _images.Read(rows, layout, of.Id, change =>
            {
                if (of.Id == 0)
                {
                    OwnTables.Learn(layout, change, group);
                }
                else if (filter.WantsOrigin(group.Origin))
                {
                    Add(group, change, to);
                }
            });
        }
        catch (NoValueException error)
        {
            throw new SourceFaultException(SourceFaults.NoValue(
                $"{layout.Schema.FullName}.{_images.Column}", group.Position, error.Message));
        }
    }

    internal void Add(Group group, Change change, List<SourceEvent> to)
    {
        if (group.Changes.WrittenCount >= partBytes && group.Xid is null)
        {
            to.Add(new TransactionEvent(group.Part(isLast: false)));
            (group.HasShown, group.Count) = (true, 0);
            group.Changes.ResetWrittenCount();
        }

        ChangeCodec.Write(group.Changes, change);
        group.Count++;
    }
}
