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

/// <summary>SQLite as a source.</summary>
public sealed class SqliteSourceExam : SourceExam
{
    protected override IExamined New() => new ExaminedSqlite();
}

/// <summary>SQLite's tables.</summary>
public sealed class SqliteCatalogExam : CatalogExam
{
    protected override IExamined New() => new ExaminedSqlite();
}

/// <summary>SQLite's rows in pieces.</summary>
public sealed class SqliteChunkExam : ChunkExam
{
    protected override IExamined New() => new ExaminedSqlite();
}
