using Holdfast.Platform.State;
using Holdfast.Platform.Tests.State;
using Holdfast.Stores.Mongo;
using Holdfast.Tests;
using Microsoft.Extensions.Logging.Abstractions;
using MongoDB.Bson;
using MongoDB.Bson.IO;

namespace Holdfast.Platform.Tests.Mongo;

/// <summary>
/// Every shape of command that the provider sends, held by files with the manual's rule for each piece of it and the server versions that
/// it needs. HOLDFAST_WRITE_GOLDEN=1 writes files that are missing.
/// </summary>
public sealed partial class MongoCommandTests : IAsyncDisposable
{
    private static readonly Version OldestServer = new(4, 4);
    private static readonly JsonWriterSettings Indented = new() { Indent = true, OutputMode = JsonOutputMode.RelaxedExtendedJson };
    private static readonly DateTimeOffset At = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);
    private static readonly Specimen One = new("s1") { Region = "eu", Load = 3, At = At };

    private readonly MongoStandIn _server = new(Answer);
    private readonly MongoDocumentStore _store;

    public MongoCommandTests() => _store = Store(_server);

    private static Dictionary<string, Func<IDocuments<Specimen>, Task>> Operations { get; } = new(StringComparer.Ordinal)
    {
        ["find"] = d => d.Find("s1", Cancel),
        ["insert"] = d => d.Insert(One, Cancel),
        ["replace"] = d => d.Replace(One, 7, Cancel),
        ["delete"] = d => d.Delete("s1", 7, Cancel),
        ["upsert-many"] = d => d.UpsertMany([One, One with { Id = "s2" }], Cancel),
        ["query-all"] = d => d.Query(All, Cancel),
        ["query-compared"] = d => d.Query(
            All.Where(s => s.Region, Match.Equal, "eu").Where(s => s.Load, Match.Less, 3).Where(s => s.Load, Match.GreaterOrEqual, 1)
                .Where(s => s.Serial, Match.LessOrEqual, 9L).Where(s => s.Serial, Match.Greater, 2L), Cancel),
        ["query-not-equal"] = d => d.Query(All.Where(s => s.Region, Match.NotEqual, "eu").Take(5), Cancel),
        ["query-in"] = d => d.Query(All.Where(s => s.Region, Match.In, new[] { "eu", "us" }), Cancel),
        ["query-null"] = d => d.Query(All.Where(s => s.Score, Match.Less, (double?)null), Cancel),
        ["query-contains"] = d => d.Query(All.Where(s => s.Text, Match.Contains, "100 % $x"), Cancel),
        ["query-ordered"] = d => d.Query(All.OrderBy(s => s.At, descending: true).Take(3), Cancel),
        ["count"] = d => d.Count(All.Where(s => s.Active, Match.Equal, true), Cancel),
        ["delete-many"] = d => d.DeleteMany(All.Where(s => s.At, Match.Less, At).Take(10), Cancel),
        ["touch"] = d => d.Touch(All.Where(s => s.Region, Match.Equal, "eu"), Cancel),
    };

    public static TheoryData<string> Names => [.. Operations.Keys];

    private static DocumentQuery<Specimen> All => DocumentQuery<Specimen>.All;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _store.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public void Opening_a_collection_sends_what_the_manual_allows()
    {
        _store.Open(Specimen.Collection());
        Hold("open", _server.Commands);
    }

    [Fact]
    public async Task Asking_for_health_sends_what_the_manual_allows()
    {
        Assert.Null(await _store.CheckHealth(Cancel));
        Hold("health", _server.Commands);
    }

    [Fact]
    public void A_restore_and_a_backup_send_what_the_manual_allows()
    {
        _store.WriteAll([new("test.specimens", 1, "s1", 7, """{"id":"s1","a.b":1}"""u8.ToArray())], replace: true, Cancel);
        _store.ReadAll(_ => { }, Cancel);
        Hold("archive", _server.Commands);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_operation_sends_what_the_manual_allows(string name)
    {
        var documents = _store.Open(Specimen.Collection());
        var before = _server.Commands.Count;
        await Operations[name](documents);
        Hold(name, [.. _server.Commands.Skip(before)]);
    }

    [Fact]
    public void What_the_manual_forbids_is_refused()
    {
        var upsert = BsonDocument.Parse("""{update:"c",updates:[{q:{_id:"",$expr:{$eq:["$a",1]}},u:{$set:{a:1}},upsert:true}]}""");
        Assert.ThrowsAny<Exception>(() => MongoManual.Allow(upsert)); // error 224
        var twice = BsonDocument.Parse("""{update:"c",updates:[{q:{_id:""},u:{$set:{a:1},$inc:{a:1}}}]}""");
        Assert.ThrowsAny<Exception>(() => MongoManual.Allow(twice)); // error 40
        var stage = BsonDocument.Parse("""{findAndModify:"c",query:{_id:""},update:[{$lookup:{}}]}""");
        Assert.ThrowsAny<Exception>(() => MongoManual.Allow(stage));
        var unknown = BsonDocument.Parse("""{find:"c",filter:{a:{$near:1}}}""");
        Assert.ThrowsAny<Exception>(() => MongoManual.Allow(unknown));
    }

    [Fact]
    public void The_lock_is_taken_where_it_is_free_ours_or_over_and_left_where_it_is_anothers()
    {
        var set = MongoSchema.Taking("me")["$set"];
        var free = set["owner"]["$cond"][0];
        Assert.Equal(free, set["until"]["$cond"][0]);
        Assert.Equal(("$owner", "$until"), (set["owner"]["$cond"][2].AsString, set["until"]["$cond"][2].AsString));
        Assert.Equal("""{ "$or" : [{ "$eq" : ["$owner", { "$literal" : "me" }] }, { "$lt" : ["$until", "$$NOW"] }] }""", free.ToJson());
    }

    internal static MongoDocumentStore Store(MongoStandIn server) => (MongoDocumentStore)new MongoProvider().Create(
        StoreAddress.Read(server.Address)!, TimeProvider.System, NullLoggerFactory.Instance);

    /// <summary>As a server that finds nothing and does all would answer.</summary>
    internal static BsonDocument Answer(BsonDocument command) => command.GetElement(0).Name switch
    {
        "find" or "aggregate" or "listIndexes" or "listCollections" => Cursor(command),
        "findAndModify" => new BsonDocument { { "ok", 1 }, { "value", command["update"] is BsonArray taking
            ? new BsonDocument { { "_id", "" }, { "owner", taking[0]["$set"]["owner"]["$cond"][1]["$literal"] } } : BsonNull.Value } },
        "insert" => new BsonDocument { { "ok", 1 }, { "n", command["documents"].AsBsonArray.Count } },
        "update" => new BsonDocument { { "ok", 1 }, { "n", command["updates"].AsBsonArray.Count }, { "nModified", 1 } },
        "delete" => new BsonDocument { { "ok", 1 }, { "n", 1 } },
        _ => new BsonDocument("ok", 1),
    };

    internal static BsonDocument Cursor(BsonDocument command, params BsonDocument[] found) => new()
    {
        { "ok", 1 },
        { "cursor", new BsonDocument { { "id", 0L }, { "ns", $"holdfast.{command[0]}" }, { "firstBatch", new BsonArray(found) } } },
    };

    private static void Hold(string name, IReadOnlyList<BsonDocument> commands)
    {
        Assert.NotEmpty(commands);
        var rules = commands.SelectMany(MongoManual.Allow).Distinct().OrderBy(r => r.Piece, StringComparer.Ordinal).ToList();
        var needs = rules.Max(r => Version.Parse(r.Since))!;
        Assert.True(needs <= OldestServer, $"{name} needs MongoDB {needs}");
        var held = new BsonDocument
        {
            { "needs", needs.ToString() },
            { "commands", new BsonArray(commands.Select(Steady)) },
            { "rules", new BsonArray(rules.Select(r => $"{r.Piece} ({r.Since}): {r.Says}; {r.Page}")) },
        };
        var text = Varying().Replace(held.ToJson(Indented), "\"…\"").ReplaceLineEndings("\n") + "\n";
        var file = Path.Combine(Folder, name + ".json");
        if (!File.Exists(file) && Environment.GetEnvironmentVariable("HOLDFAST_WRITE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Folder);
            File.WriteAllText(file, text);
        }

        Assert.Equal(File.Exists(file) ? File.ReadAllText(file) : $"there is no {file}", text);
    }

    private static string Folder { get; } = AppContext.BaseDirectory[..AppContext.BaseDirectory.IndexOf("/bin/", StringComparison.Ordinal)]
        + "/Mongo/commands";

    /// <summary>What differs with each run is left out; that a command is in a session, and may be retried, is not.</summary>
    private static BsonDocument Steady(BsonDocument command)
    {
        var steady = new BsonDocument(command.Where(e => e.Name is not ("$db" or "$clusterTime" or "$readPreference")));
        foreach (var name in new[] { "lsid", "txnNumber" }.Where(steady.Contains))
        {
            steady[name] = "…";
        }

        return steady;
    }

    /// <summary>Owners of locks and names of writes.</summary>
    [System.Text.RegularExpressions.GeneratedRegex("""\{\s*"\$uuid"\s*:\s*"[^"]+"\s*\}|\{ "\$binary" : \{[^}]+\} \}|"[0-9a-f]{32}(?:")""")]
    private static partial System.Text.RegularExpressions.Regex Varying();
}
