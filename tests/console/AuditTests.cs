using Holdfast.Platform.State;
using Holdfast.Platform.State.Sqlite;

namespace Holdfast.ConsoleUi.Tests;

/// <summary>The audit on a real store: what is found, what it is exported as, what is forgotten.</summary>
public sealed class AuditTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly ManualTime _time = new();
    private readonly ServiceProvider _provider;
    private readonly Audit _audit;

    public AuditTests()
    {
        // The store has a clock of its own: it would do something in each second of a year that passes here.
        _provider = new ServiceCollection().AddSqliteState(_directory.Location)
            .AddDocuments(Audit.Collection).BuildServiceProvider();
        _audit = new Audit(_provider.GetRequiredService<IDocuments<AuditEntry>>(), _time);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _provider.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task An_entry_is_found_by_who_what_object_outcome_and_time_and_by_all_of_them()
    {
        var start = _time.GetUtcNow();
        await Note("ada", "drain", "h1", "done");
        await Note("ada", "drain", "h2", "HB-401");
        await Note("bob", "log in", "console", "done");
        Assert.Equal(["bob", "ada", "ada"], await Found(new AuditFilter()));
        Assert.Equal(["ada", "ada"], await Found(new AuditFilter(By: "ada")));
        Assert.Equal(["bob"], await Found(new AuditFilter(What: "log in")));
        Assert.Equal(["ada"], await Found(new AuditFilter(On: "h2")));
        Assert.Equal(["ada"], await Found(new AuditFilter(Outcome: "HB-401")));
        Assert.Equal(["bob", "ada"], await Found(new AuditFilter(From: start.AddMinutes(1))));
        Assert.Equal(["ada"], await Found(new AuditFilter(To: start.AddMinutes(1))));
        Assert.Equal(["ada"], await Found(new AuditFilter("ada", "drain", "h2", "HB-401", start, start.AddHours(1))));
        Assert.Empty(await Found(new AuditFilter(By: "ad")));
    }

    [Fact]
    public async Task All_of_it_is_exported_however_many_pages_that_are()
    {
        var start = _time.GetUtcNow();
        await _provider.GetRequiredService<IDocuments<AuditEntry>>().UpsertMany([.. Enumerable.Range(0, 1_201).Select(i =>
            new AuditEntry($"{i:D6}", start.AddMinutes(i), "ada", "drain", $"h{i}", "done", null, "10.0.0.1"))], Cancel);

        var json = JsonNode.Parse(await Exported("json", new AuditFilter()))!.AsArray();
        Assert.Equal((1_201, "h1200", "h0"), (json.Count, (string)json[0]!["on"]!, (string)json[^1]!["on"]!));
        var csv = (await Exported("csv", new AuditFilter(On: "h7"))).Split("\r\n");
        Assert.Equal(["at,by,what,on,outcome,detail,address", "2026-01-01T00:07:00.0000000+00:00,ada,drain,h7,done,,10.0.0.1", ""], csv);
        Assert.Equal("[]", await Exported("json", new AuditFilter(By: "nobody")));
    }

    [Theory]
    [InlineData("=HYPERLINK(\"http://x\")", "\"'=HYPERLINK(\"\"http://x\"\")\"")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("a\nb", "\"a\nb\"")]
    [InlineData("plain", "plain")]
    public void No_cell_of_an_export_is_a_formula_or_breaks_its_row(string detail, string cell) => Assert.Equal(
        $"2026-01-01T00:00:00.0000000+00:00,ada,drain,h1,done,{cell},10.0.0.1",
        AuditExport.Row(new AuditEntry("1", _time.GetUtcNow(), "ada", "drain", "h1", "done", detail, "10.0.0.1")));

    [Fact]
    public async Task What_is_too_old_goes_and_of_what_is_too_many_the_oldest()
    {
        for (var day = 0; day < 10; day++)
        {
            await _audit.Note("ada", "10.0.0.1", "drain", $"d{day}", "done");
            _time.Advance(TimeSpan.FromDays(1));
        }

        // The first one is exactly ten days old.
        Assert.Equal(0, await _audit.Forget(TimeSpan.FromDays(10), 10, 100, Cancel));
        Assert.Equal(3, await _audit.Forget(TimeSpan.FromDays(7), 10, 100, Cancel));
        Assert.Equal(2, await _audit.Forget(TimeSpan.FromDays(7), 5, 100, Cancel));
        Assert.Equal(["d9", "d8", "d7", "d6", "d5"],
            (await _audit.Read(new AuditFilter(), null, 100, Cancel)).Items.Select(i => i.Document.On));
        // A clock that is a year ahead takes no more than it may at one time.
        _time.Advance(TimeSpan.FromDays(400));
        Assert.Equal(2, await _audit.Forget(TimeSpan.FromDays(365), 10, 2, Cancel));
    }

    [Fact]
    public async Task Who_looks_into_the_audit_sees_that_something_was_forgotten()
    {
        await Note("ada", "drain", "h1", "done");
        _time.Advance(TimeSpan.FromDays(2));
        using var retention = new AuditRetention(
            _audit, new Settings { AuditDays = 1, Instance = "c1" }, _time, NullLogger<AuditRetention>.Instance);
        await retention.StartAsync(Cancel);
        await Eventually.Holds(async () => (await Found(new AuditFilter())).SequenceEqual(["console@c1"]) ? null : "not yet",
            TimeSpan.FromSeconds(20));
        await retention.StopAsync(Cancel);
        var told = Assert.Single((await _audit.Read(new AuditFilter(What: AuditRetention.Deed), null, 10, Cancel)).Items).Document;
        Assert.Equal("1: older than 1 days, or more than 200000", told.Detail);
    }

    private async Task Note(string by, string what, string on, string outcome)
    {
        await _audit.Note(by, "10.0.0.1", what, on, outcome);
        _time.Advance(TimeSpan.FromMinutes(1));
    }

    private async Task<IReadOnlyList<string>> Found(AuditFilter filter) =>
        [.. (await _audit.Read(filter, null, 100, Cancel)).Items.Select(i => i.Document.By)];

    private async Task<string> Exported(string format, AuditFilter filter)
    {
        using var stream = new MemoryStream();
        await AuditExport.Write(stream, format, _audit.All(filter, Cancel), Cancel);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
