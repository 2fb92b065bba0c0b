using Holdfast.Engine.Values;
using Holdfast.Engines.Tests.Sqlite;

namespace Holdfast.Engines.Tests.Postgres;

/// <summary>PostgreSQL as a sink.</summary>
[Trait("Category", "process")]
public sealed class PostgresSinkExam : SinkExam
{
    protected override IExamined New() => new ExaminedPostgres();
}

/// <summary>PostgreSQL as a sink, by rows.</summary>
[Trait("Category", "process")]
public sealed class PostgresSinkRowExam : SinkRowExam
{
    protected override IExamined New() => new ExaminedPostgres();
}

/// <summary>PostgreSQL as a sink that knows whose positions it has.</summary>
[Trait("Category", "process")]
public sealed class PostgresSinkSourceExam : SinkSourceExam
{
    protected override IExamined New() => new ExaminedPostgres();
}

/// <summary>PostgreSQL as a sink that takes statements.</summary>
[Trait("Category", "process")]
public sealed class PostgresSinkDdlExam : SinkDdlExam
{
    protected override IExamined New() => new ExaminedPostgres();
}

/// <summary>PostgreSQL's tables.</summary>
[Trait("Category", "process")]
public sealed class PostgresCatalogExam : CatalogExam
{
    protected override IExamined New() => new ExaminedPostgres();

    /// <summary>No day zero, no time beyond a day, no NUL in a text.</summary>
    protected override bool Lacks(Value value) => value.Kind switch
    {
        ValueKind.Date => IsZero(value.AsDate()),
        ValueKind.DateTime => IsZero(value.AsDateTime().Day),
        ValueKind.Time => value.AsTime() is < 0 or > 86_400_000_000,
        ValueKind.Text => value.AsText().Contains('\0'),
        _ => false,
    };

    private static bool IsZero(Day day) => !day.IsInfinite && (day.Month == 0 || day.DayOfMonth == 0);
}

/// <summary>PostgreSQL's rows in pieces.</summary>
[Trait("Category", "process")]
public sealed class PostgresChunkExam : ChunkExam
{
    protected override IExamined New() => new ExaminedPostgres();
}

/// <summary>PostgreSQL as a source.</summary>
[Trait("Category", "process")]
public sealed class PostgresSourceExam : SourceExam
{
    protected override IExamined New() => new ExaminedPostgres();
}

/// <summary>From PostgreSQL to PostgreSQL.</summary>
[Trait("Category", "process")]
public sealed class PostgresPairExam : PairExam
{
    protected override IExamined NewSource() => new ExaminedPostgres();

    protected override IExamined NewSink() => new ExaminedPostgres();
}

/// <summary>From PostgreSQL to SQLite.</summary>
[Trait("Category", "process")]
public sealed class PostgresToSqliteExam : PairExam
{
    protected override IExamined NewSource() => new ExaminedPostgres();

    protected override IExamined NewSink() => new ExaminedSqlite();
}

/// <summary>From SQLite to PostgreSQL.</summary>
[Trait("Category", "process")]
public sealed class SqliteToPostgresExam : PairExam
{
    protected override IExamined NewSource() => new ExaminedSqlite();

    protected override IExamined NewSink() => new ExaminedPostgres();
}
