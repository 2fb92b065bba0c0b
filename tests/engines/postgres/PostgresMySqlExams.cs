using Holdfast.Engines.Tests.MySql;

namespace Holdfast.Engines.Tests.Postgres;

/// <summary>From PostgreSQL to MariaDB.</summary>
[Trait("Category", "process")]
public sealed class PostgresToMySqlExam : PairExam
{
    protected override IExamined NewSource() => new ExaminedPostgres();

    protected override IExamined NewSink() => new ExaminedMySql();
}

/// <summary>From MariaDB to PostgreSQL.</summary>
[Trait("Category", "process")]
public sealed class MySqlToPostgresExam : PairExam
{
    protected override IExamined NewSource() => new ExaminedMySql();

    protected override IExamined NewSink() => new ExaminedPostgres();
}
