using static Holdfast.Engines.Tests.Exam.Rows;

namespace Holdfast.Engines.Tests.Exam;

/// <summary>Exam of every catalog of a source: it says what stands against reading.</summary>
public abstract class SourceCheckExam
{
    /// <summary>An empty database.</summary>
    protected abstract IExamined New();

    [Fact]
    public async Task Checks_say_what_is_missing_and_are_silent_once_it_is_there()
    {
        await using var database = New();
        await database.Run("CREATE TABLE t(id INTEGER PRIMARY KEY)");
        await using var catalog = database.Catalog();
        var filter = new StreamFilter { Tables = ["main.t"] };
        Assert.NotEmpty(await catalog.Checks(filter, Cancel));
        await database.Install("main.t");
        Assert.Empty(await catalog.Checks(filter, Cancel));
        var fault = Assert.Single(await catalog.Checks(new StreamFilter { Tables = ["main.t", "main.gone"] }, Cancel));
        Assert.Contains("main.gone", fault.Message, StringComparison.Ordinal);
        Assert.NotEmpty(fault.Workaround);
    }
}
