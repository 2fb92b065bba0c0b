using Holdfast.Stores.Mongo;

namespace Holdfast.Platform.Tests.Mongo;

/// <summary>
/// Every shape of command that the provider sends when all goes well; <see cref="MongoRareCommandTests"/> has the others.
/// </summary>
public sealed class MongoCommandTests : IAsyncDisposable
{
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
        ["query-prefix"] = d => d.Query(All.WithIdPrefix("s1-"), Cancel),
        ["query-after-id"] = d => d.Query(After(All, null), Cancel),
        ["query-after"] = d => d.Query(After(All.OrderBy(s => s.Score), 0.5), Cancel),
        ["query-after-null"] = d => d.Query(After(All.OrderBy(s => s.Score), null), Cancel),
        ["query-after-descending"] = d => d.Query(After(All.OrderBy(s => s.Score, descending: true), 0.5), Cancel),
        ["query-ordered"] = d => d.Query(All.OrderBy(s => s.At, descending: true).Take(3), Cancel),
        ["count"] = d => d.Count(All.Where(s => s.Active, Match.Equal, true), Cancel),
        ["delete-many"] = d => d.DeleteMany(All.Where(s => s.At, Match.Less, At).Take(10), Cancel),
        ["touch"] = d => d.Touch(All.Where(s => s.Region, Match.Equal, "eu"), Cancel),
    };

    public static TheoryData<string> Names => [.. Operations.Keys];

    private static DocumentQuery<Specimen> All => DocumentQuery<Specimen>.All;

    private static DocumentQuery<Specimen> After(DocumentQuery<Specimen> query, double? value) =>
        query.After(new Cursor(value, "s0004").Encode(query));

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
        MongoGolden.Hold("open", _server.Commands);
    }

    [Fact]
    public async Task Asking_for_health_sends_what_the_manual_allows()
    {
        Assert.Null(await _store.CheckHealth(Cancel));
        MongoGolden.Hold("health", _server.Commands);
    }

    [Fact]
    public void A_restore_and_a_backup_send_what_the_manual_allows()
    {
        _store.WriteAll([new("test.specimens", 1, "s1", 7, """{"id":"s1","a.b":1}"""u8.ToArray())], replace: true, Cancel);
        _store.ReadAll(_ => { }, Cancel);
        MongoGolden.Hold("archive", _server.Commands);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_operation_sends_what_the_manual_allows(string name)
    {
        var documents = _store.Open(Specimen.Collection());
        var before = _server.Commands.Count;
        await Operations[name](documents);
        MongoGolden.Hold(name, [.. _server.Commands.Skip(before)]);
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
}
