using Holdfast.Engines.Tests.MySql;

namespace Holdfast.Engines.Tests.Postgres;

/// <summary>The pair of PostgreSQL as source and MariaDB as sink.</summary>
[Trait("Category", "process")]
public sealed class PostgresToMySqlExam : PairExam
{
    protected override IExamined NewSource() => new ExaminedPostgres();

    protected override IExamined NewSink() => new ExaminedMySql();
}

/// <summary>The pair of MariaDB as source and PostgreSQL as sink.</summary>
[Trait("Category", "process")]
public sealed class MySqlToPostgresExam : PairExam
{
    protected override IExamined NewSource() => new ExaminedMySql();

    protected override IExamined NewSink() => new ExaminedPostgres();
}
