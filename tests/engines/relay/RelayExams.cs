using Holdfast.Engines.Tests.Sqlite;

namespace Holdfast.Engines.Tests.Relay;

/// <summary>A Store as a source.</summary>
public sealed class RelaySourceExam : SourceExam
{
    protected override IExamined New() => new ExaminedRelay(stores: 1);
}

/// <summary>A Store that reads a Store that reads a Store.</summary>
public sealed class CascadeSourceExam : SourceExam
{
    protected override IExamined New() => new ExaminedRelay(stores: 3);
}

/// <summary>The pair of a Store as source and a database as sink.</summary>
public sealed class RelayPairExam : PairExam
{
    protected override IExamined NewSource() => new ExaminedRelay(stores: 2);

    protected override IExamined NewSink() => new ExaminedSqlite();
}
