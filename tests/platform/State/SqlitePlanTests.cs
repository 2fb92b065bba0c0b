namespace Holdfast.Platform.Tests.State;

/// <summary>Queries start in an index and come in its order: no scan of the table, no sort.</summary>
public sealed class SqlitePlanTests : IAsyncLifetime
{
    private readonly StateDirectory _directory = new();
    private readonly SqliteTable _table = SqliteTable.Of(Specimen.Collection());
    private SqliteDatabase? _database;
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = SqliteDatabase.Open(_directory.File, TimeProvider.System);
        var documents = new SqliteDocuments<Specimen>(_database, Specimen.Collection());
        await documents.UpsertMany(Specimen.Many(500), Cancel);
    }

    public ValueTask DisposeAsync()
    {
        _database?.Dispose();
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }

    public static TheoryData<string, DocumentQuery<Specimen>> Searches()
    {
        var all = DocumentQuery<Specimen>.All;
        var eu = all.Where(s => s.Region, Match.Equal, "eu");
        return new TheoryData<string, DocumentQuery<Specimen>>
        {
            { "equality", all.Where(s => s.Active, Match.Equal, true) },
            { "equality with null", all.Where(s => s.Score, Match.Equal, null) },
            { "equality, then order", eu.OrderBy(s => s.At) },
            { "equality, then order from the end", eu.OrderBy(s => s.At, descending: true) },
            { "range in its order", all.Where(s => s.Load, Match.Greater, 3).OrderBy(s => s.Load) },
            { "equality, then range in its order", eu.Where(s => s.At, Match.Less, "2026").OrderBy(s => s.At) },
        };
    }

    [Theory]
    [MemberData(nameof(Searches), DisableDiscoveryEnumeration = true)]
    public async Task A_search_starts_in_an_index_and_needs_no_sort(string name, DocumentQuery<Specimen> query) =>
        await AssertSearch(query, name);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_page_starts_in_the_index_where_the_last_one_ended(bool descending)
    {
        foreach (var score in new double?[] { null, 0.5 })
        {
            var query = DocumentQuery<Specimen>.All.OrderBy(s => s.Score, descending).Take(5);
            await AssertSearch(query.After(new Cursor(score, "s0004").Encode(query)), $"after {score}");
        }

        var byId = DocumentQuery<Specimen>.All;
        await AssertSearch(byId.After(new Cursor(null, "s0004").Encode(byId)), "by id");
    }

    [Fact]
    public async Task An_index_without_nulls_serves_whoever_asks_for_values_and_nulls_are_found_all_the_same()
    {
        var collection = new Collection<Specimen>("test.sparse", 1, s => s.Id)
            .Index(s => s.Region, s => s.Score).Sparse(s => s.Score).Index(s => s.Text).Sparse(s => s.Text);
        var documents = new SqliteDocuments<Specimen>(_database!, collection);
        await documents.UpsertMany(
            [.. Specimen.Many(300).Select(s => s with { Region = "eu", Score = s.Load % 10 == 0 ? s.Load : null, Text = "t" })], Cancel);
        var table = SqliteTable.Of(collection);
        var eu = DocumentQuery<Specimen>.All.Where(s => s.Region, Match.Equal, "eu");
        foreach (var query in new[]
        {
            eu.Where(s => s.Score, Match.LessOrEqual, 50.0).OrderBy(s => s.Score), eu.Where(s => s.Score, Match.Equal, 7.0),
            DocumentQuery<Specimen>.All.Where(s => s.Text, Match.Equal, "t"),
        })
        {
            var plan = await Plan(SqliteSelect.Page(table, query)[0]);
            Assert.True(plan is [var step] && step.StartsWith("SEARCH") && step.Contains("USING INDEX"), string.Join("; ", plan));
        }

        Assert.Equal(6, await documents.Count(eu.Where(s => s.Score, Match.LessOrEqual, 50.0), Cancel));
        Assert.Equal(270, await documents.Count(eu.Where(s => s.Score, Match.Equal, null), Cancel));
        Assert.Equal(300, (await documents.Query(eu.OrderBy(s => s.Score).Take(500), Cancel)).Items.Count);
        Assert.Throws<ArgumentException>(() => collection.Sparse(s => s.Score));
    }

    [Fact]
    public async Task A_list_of_values_is_looked_up_value_by_value()
    {
        var query = DocumentQuery<Specimen>.All.Where(s => s.Load, Match.In, new[] { 1, 2 });
        var plan = await Plan(SqliteSelect.Count(_table, query));
        Assert.Contains(plan, step => step.StartsWith("SEARCH") && (step.Contains("USING INDEX") || step.Contains("USING COVERING INDEX")));
    }

    private async Task AssertSearch(DocumentQuery<Specimen> query, string name)
    {
        foreach (var statement in SqliteSelect.Page(_table, query))
        {
            var plan = await Plan(statement);
            Assert.True(
                plan is [var step] && step.StartsWith("SEARCH") && step.Contains("USING INDEX"),
                $"{name}: {statement.Sql} => {string.Join("; ", plan)}");
        }
    }

    private Task<List<string>> Plan(SqliteStatement statement) => _database!.Read(
        session =>
        {
            using var rows = session.Read("EXPLAIN QUERY PLAN " + statement.Sql, statement.Values);
            var steps = new List<string>();
            while (rows.Read())
            {
                steps.Add(rows.GetString(3));
            }

            return steps;
        },
        Cancel);
}
