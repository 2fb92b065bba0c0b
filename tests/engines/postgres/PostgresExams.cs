using Holdfast.Engines.Tests.Sqlite;

namespace Holdfast.Engines.Tests.Postgres;

/// <summary>PostgreSQL as a sink.</summary>
[Trait("Category", "process")]
public class PostgresSinkExam : SinkExam
{
    /// <summary>The tests run on the newest version that is tried.</summary>
    protected virtual bool IsNewest => false;

    protected override IExamined New() => new ExaminedPostgres(IsNewest);
}

/// <summary>PostgreSQL as a sink, by rows.</summary>
[Trait("Category", "process")]
public class PostgresSinkRowExam : SinkRowExam
{
    /// <summary>The tests run on the newest version that is tried.</summary>
    protected virtual bool IsNewest => false;

    protected override IExamined New() => new ExaminedPostgres(IsNewest);
}

/// <summary>PostgreSQL as a sink that knows whose positions it has.</summary>
[Trait("Category", "process")]
public class PostgresSinkSourceExam : SinkSourceExam
{
    /// <summary>The tests run on the newest version that is tried.</summary>
    protected virtual bool IsNewest => false;

    protected override IExamined New() => new ExaminedPostgres(IsNewest);
}

/// <summary>PostgreSQL as a sink that takes statements.</summary>
[Trait("Category", "process")]
public class PostgresSinkDdlExam : SinkDdlExam
{
    /// <summary>The tests run on the newest version that is tried.</summary>
    protected virtual bool IsNewest => false;

    protected override IExamined New() => new ExaminedPostgres(IsNewest);
}

/// <summary>PostgreSQL's tables.</summary>
[Trait("Category", "process")]
public class PostgresCatalogExam : CatalogExam
{
    /// <summary>The tests run on the newest version that is tried.</summary>
    protected virtual bool IsNewest => false;

    protected override IExamined New() => new ExaminedPostgres(IsNewest);

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

/// <summary>PostgreSQL's tables as a source's.</summary>
[Trait("Category", "process")]
public class PostgresSourceCheckExam : SourceCheckExam
{
    /// <summary>The tests run on the newest version that is tried.</summary>
    protected virtual bool IsNewest => false;

    protected override IExamined New() => new ExaminedPostgres(IsNewest);
}

/// <summary>PostgreSQL's rows in pieces.</summary>
[Trait("Category", "process")]
public class PostgresChunkExam : ChunkExam
{
    /// <summary>The tests run on the newest version that is tried.</summary>
    protected virtual bool IsNewest => false;

    protected override IExamined New() => new ExaminedPostgres(IsNewest);
}

/// <summary>PostgreSQL as a source.</summary>
[Trait("Category", "process")]
public class PostgresSourceExam : SourceExam
{
    /// <summary>The tests run on the newest version that is tried.</summary>
    protected virtual bool IsNewest => false;

    protected override IExamined New() => new ExaminedPostgres(IsNewest);
}

/// <summary>The pair of PostgreSQL as source and PostgreSQL as sink.</summary>
[Trait("Category", "process")]
public class PostgresPairExam : PairExam
{
    /// <summary>The tests run on the newest version that is tried.</summary>
    protected virtual bool IsNewest => false;

    protected override IExamined NewSource() => new ExaminedPostgres(IsNewest);

    protected override IExamined NewSink() => new ExaminedPostgres(IsNewest);
}

/// <summary>The pair of PostgreSQL as source and SQLite as sink.</summary>
[Trait("Category", "process")]
public class PostgresToSqliteExam : PairExam
{
    /// <summary>The tests run on the newest version that is tried.</summary>
    protected virtual bool IsNewest => false;

    protected override IExamined NewSource() => new ExaminedPostgres(IsNewest);

    protected override IExamined NewSink() => new ExaminedSqlite();
}

/// <summary>The pair of SQLite as source and PostgreSQL as sink.</summary>
[Trait("Category", "process")]
public class SqliteToPostgresExam : PairExam
{
    /// <summary>The tests run on the newest version that is tried.</summary>
    protected virtual bool IsNewest => false;

    protected override IExamined NewSource() => new ExaminedSqlite();

    protected override IExamined NewSink() => new ExaminedPostgres(IsNewest);
}
