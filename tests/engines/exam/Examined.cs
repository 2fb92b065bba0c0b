namespace Holdfast.Engines.Tests.Exam;

/// <summary>A database of an engine that sits the exam; empty at first, and gone with the test.</summary>
public interface IExamined : IAsyncDisposable
{
    /// <summary>Runs SQL that engines share, as an application; each call is a connection of its own.</summary>
    Task Run(params string[] statements);

    /// <summary>Its engine knows triggers; one that knows none says so here.</summary>
    bool HasTriggers => true;

    /// <summary>Makes a trigger as an application has it: each row that comes into a table makes one in another table.</summary>
    Task Trigger(string name, string table, string other) => throw new NotSupportedException("its engine knows no triggers");

    /// <summary>The table as it is there.</summary>
    Task<TableSchema> Table(string name);

    /// <summary>All rows, each as its values' kinds and texts, sorted.</summary>
    Task<IReadOnlyList<string>> Rows(string table);

    /// <summary>The database as a sink.</summary>
    Task<ISink> Sink(Action<string>? passing = null);

    /// <summary>Makes the database a source.</summary>
    Task Install(params string[] tables) => throw new NotSupportedException("it is a sink only");

    /// <summary>The database as a source; parts of transactions are small.</summary>
    ISource Source(string reader) => throw new NotSupportedException("it is a sink only");

    /// <summary>Its tables.</summary>
    ICatalog Catalog();

    /// <summary>Its rows in pieces.</summary>
    Task<IChunks> Chunks();
}
