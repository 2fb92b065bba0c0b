namespace Holdfast.Engines.Tests.Sqlite;

/// <summary>SQLite as a sink.</summary>
public sealed class SqliteSinkExam : SinkExam
{
    protected override IExamined New() => new ExaminedSqlite();
}

/// <summary>SQLite as a sink, by rows.</summary>
public sealed class SqliteSinkRowExam : SinkRowExam
{
    protected override IExamined New() => new ExaminedSqlite();
}

/// <summary>SQLite as a sink that knows whose positions it has.</summary>
public sealed class SqliteSinkSourceExam : SinkSourceExam
{
    protected override IExamined New() => new ExaminedSqlite();
}

/// <summary>SQLite as a sink that takes statements.</summary>
public sealed class SqliteSinkDdlExam : SinkDdlExam
{
    protected override IExamined New() => new ExaminedSqlite();
}

/// <summary>SQLite as a source.</summary>
public sealed class SqliteSourceExam : SourceExam
{
    protected override IExamined New() => new ExaminedSqlite();
}

/// <summary>SQLite's tables.</summary>
public sealed class SqliteCatalogExam : CatalogExam
{
    protected override IExamined New() => new ExaminedSqlite();

    /// <summary>SQLite would make NULL of what is not a number.</summary>
    protected override bool Lacks(Value value) => value.Kind == ValueKind.Float32 && float.IsNaN(value.AsFloat32())
        || value.Kind == ValueKind.Float64 && double.IsNaN(value.AsFloat64());
}

/// <summary>SQLite's tables as a source's.</summary>
public sealed class SqliteSourceCheckExam : SourceCheckExam
{
    protected override IExamined New() => new ExaminedSqlite();
}

/// <summary>SQLite's rows in pieces.</summary>
public sealed class SqliteChunkExam : ChunkExam
{
    protected override IExamined New() => new ExaminedSqlite();
}

/// <summary>A file with a rollback journal, in which readers and writers exclude each other, and with text in UTF-16.</summary>
public sealed class SqliteJournalSourceExam : SourceExam
{
    protected override IExamined New() => new ExaminedSqlite("DELETE", "UTF-16le");
}

/// <summary>Such a file as a sink.</summary>
public sealed class SqliteJournalSinkRowExam : SinkRowExam
{
    protected override IExamined New() => new ExaminedSqlite("DELETE", "UTF-16le");
}
