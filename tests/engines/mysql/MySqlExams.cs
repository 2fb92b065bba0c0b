using Holdfast.Engines.Tests.Sqlite;

namespace Holdfast.Engines.Tests.MySql;

/// <summary>MariaDB as a sink.</summary>
[Trait("Category", "process")]
public sealed class MySqlSinkExam : SinkExam
{
    protected override IExamined New() => new ExaminedMySql();
}

/// <summary>MariaDB as a sink, by rows.</summary>
[Trait("Category", "process")]
public sealed class MySqlSinkRowExam : SinkRowExam
{
    protected override IExamined New() => new ExaminedMySql();
}

/// <summary>MariaDB as a sink that knows whose positions it has.</summary>
[Trait("Category", "process")]
public sealed class MySqlSinkSourceExam : SinkSourceExam
{
    protected override IExamined New() => new ExaminedMySql();
}

/// <summary>MariaDB as a sink that takes statements.</summary>
[Trait("Category", "process")]
public sealed class MySqlSinkDdlExam : SinkDdlExam
{
    protected override IExamined New() => new ExaminedMySql();
}

/// <summary>MariaDB as a source.</summary>
[Trait("Category", "process")]
public sealed class MySqlSourceExam : SourceExam
{
    protected override IExamined New() => new ExaminedMySql();
}

/// <summary>MariaDB's tables.</summary>
[Trait("Category", "process")]
public sealed class MySqlCatalogExam : CatalogExam
{
    protected override IExamined New() => new ExaminedMySql();

    /// <summary>Infinities, years before 0, bytes that are no geometry, and instants that no column of type timestamp holds.</summary>
    protected override bool Lacks(Value value) => value.Kind switch
    {
        ValueKind.Float32 => !float.IsFinite(value.AsFloat32()),
        ValueKind.Float64 => !double.IsFinite(value.AsFloat64()),
        ValueKind.Date => value.AsDate() is { IsInfinite: true } or { Year: < 0 },
        ValueKind.DateTime => value.AsDateTime().Day is { IsInfinite: true } or { Year: < 0 },
        ValueKind.Instant => value.AsInstant() is < 1_000_000 or > 2_147_483_647_999_999,
        // Random bytes are none.
        ValueKind.Geometry => true,
        _ => false,
    };
}

/// <summary>MariaDB's tables as a source's.</summary>
[Trait("Category", "process")]
public sealed class MySqlSourceCheckExam : SourceCheckExam
{
    protected override IExamined New() => new ExaminedMySql();
}

/// <summary>MariaDB's rows in pieces.</summary>
[Trait("Category", "process")]
public sealed class MySqlChunkExam : ChunkExam
{
    protected override IExamined New() => new ExaminedMySql();
}

/// <summary>The pair of SQLite as source and MariaDB as sink.</summary>
[Trait("Category", "process")]
public sealed class SqliteToMySqlExam : PairExam
{
    protected override IExamined NewSource() => new ExaminedSqlite();

    protected override IExamined NewSink() => new ExaminedMySql();
}

/// <summary>The pair of MariaDB as source and SQLite as sink.</summary>
[Trait("Category", "process")]
public sealed class MySqlToSqliteExam : PairExam
{
    protected override IExamined NewSource() => new ExaminedMySql();

    protected override IExamined NewSink() => new ExaminedSqlite();
}

/// <summary>The pair of MariaDB as source and MariaDB as sink.</summary>
[Trait("Category", "process")]
public sealed class MySqlToMySqlExam : PairExam
{
    protected override IExamined NewSource() => new ExaminedMySql();

    protected override IExamined NewSink() => new ExaminedMySql();
}
