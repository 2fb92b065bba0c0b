using Holdfast.Platform.State.Archive;

namespace Holdfast.Platform.Tests.Mongo;

/// <summary>Shapes of command that are sent when something has happened before; a test plays the server.</summary>
public sealed class MongoRareCommandTests
{
    private const string Name = "test.specimens";
    private static readonly Specimen One = new("s1") { Region = "eu", Load = 3 };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static BsonDocument Stored(string id) =>
        new() { { "_id", id }, { "v", 7L }, { "w", new BsonArray() }, { "d", new BsonDocument("id", id) } };

    private static BsonDocument Part(long cursor, string batch, string id) =>
        new() { { "id", cursor }, { "ns", "holdfast." + Name }, { batch, new BsonArray { Stored(id) } } };

    [Fact]
    public async Task An_upsert_that_meets_its_id_looks_who_has_written_it()
    {
        var updates = 0;
        await Held("upsert-met", command => command.GetElement(0).Name == "update" && ++updates == 1
            ? new BsonDocument
            {
                { "ok", 1 }, { "n", 0 }, { "nModified", 0 },
                { "writeErrors", new BsonArray { new BsonDocument { { "index", 0 }, { "code", 11000 }, { "errmsg", "E11000" } } } },
            }
            : MongoCommandTests.Answer(command), d => d.UpsertMany([One], Cancel));
    }

    [Fact]
    public async Task A_touch_whose_answer_was_lost_counts_what_it_has_touched()
    {
        var updates = 0;
        await Held("touch-again", command => command.GetElement(0).Name == "update" && ++updates == 1
                ? null : MongoCommandTests.Answer(command),
            d => d.Touch(DocumentQuery<Specimen>.All.Where(s => s.Load, Match.Equal, 3), Cancel));
    }

    [Fact]
    public async Task A_write_whose_answer_was_lost_twice_is_looked_for_and_sent_again()
    {
        var updates = 0;
        await Held("replace-again", command => command.GetElement(0).Name switch
        {
            "update" when ++updates <= 2 => null,
            "find" => MongoCommandTests.Cursor(command, Stored("s1")),
            _ => MongoCommandTests.Answer(command),
        }, d => d.Replace(One, 7, Cancel));
    }

    [Fact]
    public async Task A_long_answer_is_fetched_in_parts() => await Held("query-more", command => command.GetElement(0).Name switch
    {
        "find" => new BsonDocument
        {
            { "ok", 1 },
            { "cursor", Part(77, "firstBatch", "s1") },
        },
        "getMore" => new BsonDocument
        {
            { "ok", 1 },
            { "cursor", Part(0, "nextBatch", "s2") },
        },
        _ => MongoCommandTests.Answer(command),
    }, d => d.Query(DocumentQuery<Specimen>.All.Take(200), Cancel));

    [Fact]
    public async Task Documents_of_an_older_schema_are_replaced_one_by_one()
    {
        await using var server = new MongoStandIn(command => command.GetElement(0).Name == "find"
            ? command[0] == Name ? MongoCommandTests.Cursor(command, Stored("s1"))
                : MongoCommandTests.Cursor(command, new BsonDocument { { "_id", Name }, { "version", 1 } })
            : MongoCommandTests.Answer(command));
        using var store = MongoCommandTests.Store(server);
        store.Open(new Collection<Specimen>(Name, 2, s => s.Id).Upgrade(2, stored => stored));
        MongoGolden.Hold("upgrade", server.Commands);
    }

    [Fact]
    public async Task An_index_that_is_declared_no_more_is_dropped_and_one_with_other_keys_is_another()
    {
        await using var server = new MongoStandIn(command => command.GetElement(0).Name == "listIndexes"
            ? MongoCommandTests.Cursor(command, new BsonDocument("name", "_id_"), new BsonDocument("name", "hf:region+load"))
            : MongoCommandTests.Answer(command));
        using var store = MongoCommandTests.Store(server);
        store.Open(new Collection<Specimen>(Name, 1, s => s.Id).Index(s => s.Region, s => s.Load).Carries(s => s.Load));
        MongoGolden.Hold("indexes-changed", server.Commands);
    }

    [Fact]
    public async Task A_restore_into_what_is_not_empty_drops_nothing()
    {
        await using var server = new MongoStandIn(command => command.GetElement(0).Name == "find"
            ? MongoCommandTests.Cursor(command, command[0] == Name ? Stored("s1") : new BsonDocument { { "_id", Name }, { "version", 1 } })
            : MongoCommandTests.Answer(command));
        using var store = MongoCommandTests.Store(server);
        Assert.ThrowsAny<Exception>(() => store.WriteAll([], replace: false, Cancel));
        MongoGolden.Hold("archive-not-empty", server.Commands);
    }

    private static async Task Held(string name, Func<BsonDocument, BsonDocument?> answer, Func<IDocuments<Specimen>, Task> act)
    {
        await using var server = new MongoStandIn(c => c[0] == Name || c.Contains("getMore") ? answer(c) : MongoCommandTests.Answer(c));
        using var store = MongoCommandTests.Store(server);
        var documents = store.Open(Specimen.Collection());
        var before = server.Commands.Count;
        await act(documents);
        MongoGolden.Hold(name, [.. server.Commands.Skip(before)]);
    }
}
