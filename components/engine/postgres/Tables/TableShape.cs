using Holdfast.Engine.Postgres.Values;
using Holdfast.Engine.Tables;

namespace Holdfast.Engine.Postgres.Tables;

/// <summary>A table as the server has it.</summary>
/// <param name="Oid">Its number on this server.</param>
/// <param name="Schema">As everybody sees it; id 0.</param>
/// <param name="Columns">In the order of the schema's.</param>
/// <param name="Triggers">Those of people, that are not switched off.</param>
/// <param name="Identity">Columns that the log has of a row before a change.</param>
/// <param name="IsLogged">Its rows come into the log, and survive a crash.</param>
internal sealed record TableShape(uint Oid, TableSchema Schema, IReadOnlyList<ColumnShape> Columns, IReadOnlyList<TableTrigger> Triggers,
    ReplicaIdentity Identity, bool IsLogged)
{
    /// <summary>Unique indexes that hold for each statement by itself, by the key's name: rows can be found by them in sets.</summary>
    internal required IReadOnlySet<string> Immediate { get; init; }

    /// <summary>Another table's foreign key leads here: the server does not truncate it alone.</summary>
    internal required bool IsReferenced { get; init; }

    /// <summary>An insert may become something else there.</summary>
    internal bool HasRules { get; init; }

    /// <summary>A unique index is checked by a trigger of the server's own.</summary>
    internal bool IsChecked => Schema.Keys.Any(k => !Immediate.Contains(k.Name));

    /// <summary>An update or a delete says which row it means.</summary>
    internal bool HasIdentity => Identity switch
    {
        ReplicaIdentity.Default => Schema.PrimaryKey is not null,
        ReplicaIdentity.Nothing => false,
        _ => true,
    };
}

/// <summary>A column beyond what everybody sees.</summary>
/// <param name="Number"><c>attnum</c>.</param>
/// <param name="Type">Its type.</param>
/// <param name="Declared">Oid of the type as declared: of a domain, not of its base.</param>
/// <param name="Modifier"><c>atttypmod</c>.</param>
/// <param name="HasDefault">An insert may leave it out.</param>
/// <param name="IsAlways">GENERATED ALWAYS AS IDENTITY: an insert may overrule it, an update never.</param>
/// <param name="Digits">Behind the point, or of a second, that it keeps; null: all.</param>
internal sealed record ColumnShape(int Number, PgType Type, uint Declared, int Modifier, bool HasDefault, bool IsAlways, int? Digits);

/// <summary>A trigger of people.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsAlways">It fires for replicas too.</param>
internal sealed record TableTrigger(string Name, bool IsAlways);

/// <summary><c>relreplident</c>.</summary>
internal enum ReplicaIdentity
{
    /// <summary>The primary key, when there is one.</summary>
    Default,

    /// <summary>Nothing: updates and deletes of a published table fail.</summary>
    Nothing,

    /// <summary>The whole row.</summary>
    Full,

    /// <summary>The columns of a unique index.</summary>
    Index,
}
