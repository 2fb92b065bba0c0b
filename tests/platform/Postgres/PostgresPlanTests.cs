using Holdfast.Stores.Postgres;

namespace Holdfast.Platform.Tests.Postgres;

/// <summary>Queries start in an index and come in its order, as the planner itself chooses over 20,000 documents.</summary>
[Collection(PostgresServer.Tests)]
[Trait("Category", "process")]
public sealed class PostgresPlanTests(PostgresServer server) : IAsyncLifetime
{
    private const int WaitMax = 120_000;
    private readonly string _schema = PostgresServer.NewSchema();
    private Npgsql.NpgsqlDataSource? _source;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private PostgresTable Table => PostgresTable.Of(Specimen.Collection(), _schema);

    public async ValueTask InitializeAsync()
    {
        server.SkipUnlessThere();
        var address = server.Address(_schema);
        var store = PostgresServer.Open(address);
        await store.Ready(Cancel);
        await store.Open(Specimen.Collection()).UpsertMany([.. Specimen.Many(20_000).Select(Varied)], Cancel);
        await ((IAsyncDisposable)store).DisposeAsync();
        _source = Npgsql.NpgsqlDataSource.Create(PostgresAddress.Read(address).Address!.ConnectionString);
        await using var analyze = _source.CreateCommand($"ANALYZE {Table.Name}");
        await analyze.ExecuteNonQueryAsync(Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        if (_source is not null)
        {
            await _source.DisposeAsync();
            await server.Drop(_schema);
        }
    }

    private static Specimen Varied(Specimen specimen) => specimen with
    {
        Region = specimen.Load % 50 is 0 ? null : $"r{specimen.Load % 50}",
        Score = specimen.Load % 3 is 0 ? null : specimen.Load / 7.0,
        Active = specimen.Load % 100 is 0,
        At = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(specimen.Load),
        Text = $"text {specimen.Load}",
    };

    [Fact(Timeout = WaitMax)]
    public async Task A_search_starts_in_an_index_and_needs_no_sort()
    {
        var all = DocumentQuery<Specimen>.All;
        var one = all.Where(s => s.Region, Match.Equal, "r7");
        (string Name, DocumentQuery<Specimen> Query)[] searches =
        [
            ("by id", all),
            ("rare boolean", all.Where(s => s.Active, Match.Equal, true).OrderBy(s => s.Active)),
            ("equality of a text", all.Where(s => s.Text, Match.Equal, "text 17").OrderBy(s => s.Text)),
            ("equality of a long text", all.Where(s => s.Text, Match.Equal, new string('x', 300)).OrderBy(s => s.Text)),
            ("equality, then order", one.OrderBy(s => s.At)),
            ("equality, then order from the end", one.OrderBy(s => s.At, descending: true)),
            ("range in its order", all.Where(s => s.Load, Match.Greater, 19_000).OrderBy(s => s.Load)),
            ("equality, then range in its order", one.Where(s => s.At, Match.Less, "2026-01-01T03").OrderBy(s => s.At)),
            ("order alone", all.OrderBy(s => s.Score)),
            ("order alone from the end", all.OrderBy(s => s.Score, descending: true)),
        ];
        foreach (var (name, query) in searches)
        {
            await AssertSearch(query.Take(20), name);
        }
    }

    [Theory(Timeout = WaitMax)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_page_starts_in_the_index_where_the_last_one_ended(bool descending)
    {
        foreach (var score in new double?[] { null, 1000.5 })
        {
            var query = DocumentQuery<Specimen>.All.OrderBy(s => s.Score, descending).Take(5);
            await AssertSearch(query.After(new Cursor(score, "s0004").Encode(query)), $"after {score}");
        }

        var byId = DocumentQuery<Specimen>.All.Take(5);
        await AssertSearch(byId.After(new Cursor(null, "s0004").Encode(byId)), "by id");
    }

    [Fact(Timeout = WaitMax)]
    public async Task Lists_and_nulls_are_looked_up()
    {
        var all = DocumentQuery<Specimen>.All;
        foreach (var query in new[]
        {
            all.Where(s => s.Load, Match.In, new[] { 1, 2 }),
            all.Where(s => s.Region, Match.In, new[] { "r1", "r2" }),
            all.Where(s => s.Region, Match.Equal, null),
        })
        {
            var plan = await Plan(PostgresSelect.Count(Table, query));
            Assert.True(plan.Any(s => s.Contains("Index")) && !plan.Any(s => s.Contains("Seq Scan")), string.Join('\n', plan));
        }
    }

    private async Task AssertSearch(DocumentQuery<Specimen> query, string name)
    {
        var statement = PostgresSelect.Page(Table, query);
        var plan = await Plan(statement);
        // The rows of two stretches are put in order once more: a few that the indexes gave in order.
        var parts = string.Join('\n', plan).Split("Append")[^1];
        Assert.True(
            parts.Contains("Index Scan") && !parts.Contains("Sort") && !parts.Contains("Seq Scan") && !parts.Contains("Bitmap"),
            $"{name}: {statement.Sql}\n{string.Join('\n', plan)}");
    }

    private async Task<List<string>> Plan(PostgresStatement statement)
    {
        await using var connection = await _source!.OpenConnectionAsync(Cancel);
        await using var command = (statement with { Sql = "EXPLAIN " + statement.Sql }).On(connection);
        await using var rows = await command.ExecuteReaderAsync(Cancel);
        var steps = new List<string>();
        while (await rows.ReadAsync(Cancel))
        {
            steps.Add(rows.GetString(0));
        }

        return steps;
    }
}
