namespace Holdfast.Platform.Tests.State;

/// <summary>The text index gives what going through all documents gives, whatever it has not come to yet.</summary>
[Trait("Category", "slow")]
public sealed class SqliteTextTests : IDisposable
{
    private const int WaitMax = 60_000;
    private const string Todo = "SELECT count(*) FROM \"test.specimens~todo\"";
    private readonly StateDirectory _directory = new();
    private readonly SqliteText _text = SqliteTable.Of(Specimen.Collection()).Text!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = WaitMax)]
    public async Task What_is_written_changed_and_deleted_is_found_as_it_is_now()
    {
        using var database = Open();
        var documents = new SqliteDocuments<Specimen>(database, Specimen.Collection());
        await documents.UpsertMany([.. Numbered(3000)], Cancel);
        await Settled(database);
        Assert.Equal(["n0017"], await Found(documents, "HOST-0017"));
        Assert.True(await documents.Replace(new Specimen("n0017") { Text = "moved elsewhere" }, 1, Cancel));
        Assert.True(await documents.Delete("n0018", 1, Cancel));
        await documents.UpsertMany([new Specimen("new") { Text = "another host-0017" }, new Specimen("none")], Cancel);
        Assert.Equal(["new"], await Found(documents, "host-0017"));
        await Settled(database);
        Assert.Equal(["new"], await Found(documents, "host-0017"));
        Assert.Equal(["n0017"], await Found(documents, "elsewhere"));
        Assert.Empty(await Found(documents, "host-0018"));
        Assert.Equal(await database.Read(s =>
            s.Scalar("SELECT count(*) FROM \"test.specimens\" WHERE json_extract(doc, '$.text') >= ''"), Cancel),
            await database.Read(s => s.Scalar("SELECT count(*) FROM \"test.specimens~known\""), Cancel));
    }

    [Fact(Timeout = WaitMax)]
    public async Task An_index_that_merges_by_itself_no_longer_does_once_it_was_opened()
    {
        const string merging = "SELECT v FROM \"test.specimens~found_config\" WHERE k = 'automerge'";
        using (var database = Open())
        {
            _ = new SqliteDocuments<Specimen>(database, Specimen.Collection());
            const string itself = "INSERT INTO \"test.specimens~found\" (\"test.specimens~found\", rank) VALUES ('automerge', 4)";
            await database.Write(s => s.Execute(itself), 1, Cancel);
            Assert.Equal(4L, await database.Read(s => s.Scalar(merging), Cancel));
        }

        using var again = Open();
        _ = new SqliteDocuments<Specimen>(again, Specimen.Collection());
        Assert.Equal(0L, await again.Read(s => s.Scalar(merging), Cancel));
    }

    [Theory(Timeout = WaitMax)]
    [InlineData("a\"b\"c", "\"B\"")]
    [InlineData("100%_done", "0%_")]
    [InlineData("NEAR(x) AND NOT y*", "AND NOT y*")]
    [InlineData("Grüße, 主机 down 🚨🚨🚨", "🚨🚨🚨")]
    [InlineData("Grüße, 主机 down", "主机 ")]
    [InlineData("before\0after it", "after")]
    [InlineData("before\0after it", "e\0a")]
    [InlineData("ab", "ab")]
    [InlineData("something", "")]
    public async Task Any_text_is_found_as_without_an_index(string text, string looked)
    {
        using var database = Open();
        var documents = new SqliteDocuments<Specimen>(database, Specimen.Collection());
        var plain = new SqliteDocuments<Specimen>(database, new Collection<Specimen>("test.plain", 1, s => s.Id).Index(s => s.Text));
        foreach (var kept in new[] { documents, plain })
        {
            await kept.UpsertMany([new Specimen("it") { Text = text }, .. Numbered(10)], Cancel);
        }

        await Settled(database);
        Assert.Equal(await Found(plain, looked), await Found(documents, looked));
        var count = DocumentQuery<Specimen>.All.Where(s => s.Text, Match.Contains, looked);
        Assert.Equal(await plain.Count(count, Cancel), await documents.Count(count, Cancel));
    }

    [Theory(Timeout = WaitMax)]
    [InlineData("host-0", 9)]
    [InlineData("0", 9)]
    [InlineData("host-00", 3)]
    public async Task Pages_of_a_search_are_whole_and_in_order(string looked, int size)
    {
        using var database = Open();
        var documents = new SqliteDocuments<Specimen>(database, Specimen.Collection());
        await documents.UpsertMany([.. Numbered(200)], Cancel);
        await Settled(database);
        var query = DocumentQuery<Specimen>.All.Where(s => s.Text, Match.Contains, looked).OrderBy(s => s.Load, descending: true)
            .Take(size);
        var met = new List<string>();
        for (Page<Specimen>? page = null; page is not { Next: null };)
        {
            page = await documents.Query(query.After(page?.Next), Cancel);
            met.AddRange(page.Items.Select(i => i.Document.Id));
        }

        Assert.Equal(Numbered(200).Where(s => s.Text!.Contains(looked, StringComparison.Ordinal)).Select(s => s.Id).Reverse(), met);
    }

    [Fact(Timeout = WaitMax)]
    public async Task A_search_for_what_few_have_starts_in_the_index_and_one_for_what_many_have_does_not()
    {
        using var database = Open();
        var documents = new SqliteDocuments<Specimen>(database, Specimen.Collection());
        await documents.UpsertMany([.. Numbered(6000)], Cancel);
        await Settled(database);
        Assert.True(await Few("host-0042"));
        Assert.False(await Few("host-"));
        var statement = SqliteSelect.Page(SqliteTable.Of(Specimen.Collection()),
            DocumentQuery<Specimen>.All.Where(s => s.Text, Match.Contains, "host-0042")
                .OrderBy(s => s.Load), SqliteText.Groups("host-0042"))[0];
        var plan = await database.Read(
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
        Assert.Contains(plan, step => step.Contains("VIRTUAL TABLE INDEX", StringComparison.Ordinal));
        Assert.Contains(plan, step => step.StartsWith("SEARCH test.specimens USING INDEX sqlite_autoindex", StringComparison.Ordinal));

        Task<bool> Few(string text) => database.Read(session => _text.LeavesFew(session, SqliteText.Groups(text)!, 5000), Cancel);
    }

    [Fact(Timeout = WaitMax)]
    public async Task A_collection_that_gets_its_index_later_has_all_of_it_and_one_that_loses_it_keeps_nothing()
    {
        var before = new Collection<Specimen>("test.specimens", 1, s => s.Id).Index(s => s.Text);
        using (var database = Open())
        {
            await new SqliteDocuments<Specimen>(database, before).UpsertMany([.. Numbered(500)], Cancel);
        }

        using (var database = Open())
        {
            var documents = new SqliteDocuments<Specimen>(database, before.Text(s => s.Text));
            Assert.Equal(["n0042"], await Found(documents, "host-0042"));
            await Settled(database);
            Assert.Equal(["n0042"], await Found(documents, "host-0042"));
        }

        using (var database = Open())
        {
            var documents = new SqliteDocuments<Specimen>(database, before);
            Assert.Equal(["n0042"], await Found(documents, "host-0042"));
            Assert.Equal(0L, await database.Read(s => s.Scalar("SELECT count(*) FROM sqlite_master WHERE name LIKE '%~%'"), Cancel));
        }
    }

    private static IEnumerable<Specimen> Numbered(int count) =>
        Enumerable.Range(0, count).Select(n => new Specimen($"n{n:d4}") { Load = n, Text = $"host-{n:d4} is down" });

    private SqliteDatabase Open() => SqliteDatabase.Open(_directory.File, TimeProvider.System);

    private static async Task<IReadOnlyList<string>> Found(SqliteDocuments<Specimen> documents, string text) =>
        [.. (await documents.Query(DocumentQuery<Specimen>.All.Where(s => s.Text, Match.Contains, text), Cancel))
            .Items.Select(i => i.Document.Id)];

    private static async Task Settled(SqliteDatabase database)
    {
        while (await database.Read(session => (long)session.Scalar(Todo)!, Cancel) > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancel);
        }
    }
}
