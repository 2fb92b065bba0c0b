namespace Holdfast.Engines.Tests.Postgres;

/// <summary>PostgreSQL 18 as a sink.</summary>
[Trait("Category", "heavy")]
public sealed class Postgres18SinkExam : PostgresSinkExam
{
    protected override bool IsNewest => true;
}

/// <summary>PostgreSQL 18 as a sink, by rows.</summary>
[Trait("Category", "heavy")]
public sealed class Postgres18SinkRowExam : PostgresSinkRowExam
{
    protected override bool IsNewest => true;
}

/// <summary>PostgreSQL 18 as a sink that knows whose positions it has.</summary>
[Trait("Category", "heavy")]
public sealed class Postgres18SinkSourceExam : PostgresSinkSourceExam
{
    protected override bool IsNewest => true;
}

/// <summary>PostgreSQL 18 as a sink that takes statements.</summary>
[Trait("Category", "heavy")]
public sealed class Postgres18SinkDdlExam : PostgresSinkDdlExam
{
    protected override bool IsNewest => true;
}

/// <summary>PostgreSQL 18's tables.</summary>
[Trait("Category", "heavy")]
public sealed class Postgres18CatalogExam : PostgresCatalogExam
{
    protected override bool IsNewest => true;
}

/// <summary>PostgreSQL 18's tables as a source's.</summary>
[Trait("Category", "heavy")]
public sealed class Postgres18SourceCheckExam : PostgresSourceCheckExam
{
    protected override bool IsNewest => true;
}

/// <summary>PostgreSQL 18's rows in pieces.</summary>
[Trait("Category", "heavy")]
public sealed class Postgres18ChunkExam : PostgresChunkExam
{
    protected override bool IsNewest => true;
}

/// <summary>PostgreSQL 18 as a source.</summary>
[Trait("Category", "heavy")]
public sealed class Postgres18SourceExam : PostgresSourceExam
{
    protected override bool IsNewest => true;
}

/// <summary>The pair of PostgreSQL 18 as source and PostgreSQL 18 as sink.</summary>
[Trait("Category", "heavy")]
public sealed class Postgres18PairExam : PostgresPairExam
{
    protected override bool IsNewest => true;
}

/// <summary>The exam of what only the log of PostgreSQL 18 has.</summary>
[Trait("Category", "heavy")]
public sealed class Postgres18SourceTests : PostgresSourceTests
{
    protected override bool IsNewest => true;
}

/// <summary>The past of PostgreSQL 18's log that a reader is given.</summary>
[Trait("Category", "heavy")]
public sealed class Postgres18PastTests : PostgresPastTests
{
    protected override bool IsNewest => true;
}

/// <summary>PostgreSQL 18 as a sink, beyond the exam.</summary>
[Trait("Category", "heavy")]
public sealed class Postgres18SinkTests : PostgresSinkTests
{
    protected override bool IsNewest => true;
}

/// <summary>The slots of PostgreSQL 18.</summary>
[Trait("Category", "heavy")]
public sealed class Postgres18SlotTests : PostgresSlotTests
{
    protected override bool IsNewest => true;
}

/// <summary>Types of PostgreSQL 18.</summary>
[Trait("Category", "heavy")]
public sealed class Postgres18TypeTests : PostgresTypeTests
{
    protected override bool IsNewest => true;
}

/// <summary>Rights at PostgreSQL 18.</summary>
[Trait("Category", "heavy")]
public sealed class Postgres18RightsTests : PostgresRightsTests
{
    protected override bool IsNewest => true;
}

/// <summary>Readers and writers through the failover of a server of version 18.</summary>
[Trait("Category", "heavy")]
public sealed class Postgres18ServerTests : PostgresServerTests
{
    protected override bool IsNewest => true;
}

/// <summary>Origins at PostgreSQL 18, which leaves out by them what it is asked to.</summary>
[Trait("Category", "heavy")]
public sealed class Postgres18OriginTests : PostgresOriginTests
{
    protected override bool IsNewest => true;
}

/// <summary>Sequences of PostgreSQL 18.</summary>
[Trait("Category", "heavy")]
public sealed class Postgres18SequenceTests : PostgresSequenceTests
{
    protected override bool IsNewest => true;
}
