using Holdfast.Stores.Mongo;

namespace Holdfast.Platform.Tests.Mongo;

/// <summary>Answers get lost between provider and server; the server is one that a test plays.</summary>
public sealed class MongoLostAnswerTests
{
    private static readonly Specimen One = new("s1");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A document as the server has it, of one version and with these writes named.</summary>
    private static BsonDocument Stored(long version, params BsonValue[] writes) =>
        new() { { "_id", "s1" }, { "v", version }, { "w", new BsonArray(writes) }, { "d", new BsonDocument("id", "s1") } };

    private static BsonValue WriteOf(BsonDocument update) => update["updates"][0]["u"]["$push"]["w"]["$each"][0];

    /// <summary>The driver itself repeats a write once: so often an answer is lost until the provider has to decide.</summary>
    private static async Task<T> Played<T>(Func<BsonDocument, BsonDocument?> answer, Func<IDocuments<Specimen>, Task<T>> act)
    {
        await using var server = new MongoStandIn(c => c[0] == "test.specimens" ? answer(c) : MongoCommandTests.Answer(c));
        using var store = MongoCommandTests.Store(server);
        return await act(store.Open(Specimen.Collection()));
    }

    [Fact]
    public async Task A_lost_write_that_takes_effect_after_the_look_at_the_document_is_said_to_have_taken_effect()
    {
        BsonValue? write = null;
        var (updates, looks) = (0, 0);
        var replaced = await Played(
            command =>
            {
                switch (command.GetElement(0).Name)
                {
                    case "update" when ++updates <= 2:
                        write = WriteOf(command);
                        return null; // lost, and lost again when the driver repeats it
                    case "update":
                        return new BsonDocument { { "ok", 1 }, { "n", 0 }, { "nModified", 0 } }; // it met the first one's effect
                    case "find":
                        return MongoCommandTests.Cursor(command, ++looks == 1 ? Stored(7) : Stored(8, write!));
                    default:
                        return MongoCommandTests.Answer(command);
                }
            },
            documents => documents.Replace(One, 7, Cancel));
        Assert.True(replaced);
        Assert.Equal((3, 2), (updates, looks));
    }

    [Fact]
    public async Task A_lost_write_that_another_one_came_before_is_said_to_have_lost()
    {
        var (updates, other) = (0, new BsonBinaryData(Guid.NewGuid(), GuidRepresentation.Standard));
        var replaced = await Played(
            command => command.GetElement(0).Name switch
            {
                "update" => ++updates <= 2 ? null : new BsonDocument { { "ok", 1 }, { "n", 0 }, { "nModified", 0 } },
                "find" => MongoCommandTests.Cursor(command, updates == 2 ? Stored(7) : Stored(8, other)),
                _ => MongoCommandTests.Answer(command),
            },
            documents => documents.Replace(One, 7, Cancel));
        Assert.False(replaced);
    }

    [Fact]
    public async Task A_write_that_met_another_version_at_once_is_said_to_have_lost_without_another_look()
    {
        var looks = 0;
        var replaced = await Played(
            command => command.GetElement(0).Name switch
            {
                "update" => new BsonDocument { { "ok", 1 }, { "n", 0 }, { "nModified", 0 } },
                "find" => MongoCommandTests.Cursor(command, Stored(++looks)),
                _ => MongoCommandTests.Answer(command),
            },
            documents => documents.Replace(One, 7, Cancel));
        Assert.Equal((false, 0), (replaced, looks));
    }

    /// <summary>Two replicas write one new document in the same moment: the server tells one of them of a duplicate key.</summary>
    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 1)]
    public async Task An_upsert_that_meets_its_id_is_repeated_unless_it_was_its_own(bool own, int sent)
    {
        var updates = 0;
        await Played(
            command => command.GetElement(0).Name switch
            {
                "update" when ++updates == 1 => new BsonDocument
                {
                    { "ok", 1 }, { "n", 0 }, { "nModified", 0 },
                    { "writeErrors", new BsonArray { new BsonDocument { { "index", 0 }, { "code", 11000 }, { "errmsg", "E11000" } } } },
                },
                "find" => own ? MongoCommandTests.Cursor(command, new BsonDocument("_id", "s1")) : MongoCommandTests.Cursor(command),
                _ => MongoCommandTests.Answer(command),
            },
            async documents =>
            {
                await documents.UpsertMany([One], Cancel);
                return true;
            });
        Assert.Equal(sent, updates);
    }
}
