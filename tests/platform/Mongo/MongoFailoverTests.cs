namespace Holdfast.Platform.Tests.Mongo;

/// <summary>
/// A primary steps down, or its majority is late, while something is written. What such a server answers is taken from the manual ("Error
/// Codes", "Retryable Writes") and the driver's specification of retryable writes; a test plays it.
/// </summary>
[Trait("Category", "slow")]
public sealed class MongoFailoverTests
{
    private const string Name = "test.specimens";
    private static readonly Specimen One = new("s1");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static BsonDocument Refused(int code, string name, params string[] labels) => new()
    {
        { "ok", 0 }, { "code", code }, { "codeName", name }, { "errmsg", name }, { "errorLabels", new BsonArray(labels) },
    };

    private static BsonDocument Written => new() { { "ok", 1 }, { "n", 1 }, { "nModified", 1 } };

    private static BsonDocument Late => new()
    {
        { "ok", 1 }, { "n", 1 }, { "nModified", 1 },
        {
            "writeConcernError", new BsonDocument
            {
                { "code", 64 }, { "codeName", "WriteConcernFailed" }, { "errmsg", "waiting for replication timed out" },
            }
        },
    };

    /// <summary>The driver asks twice by itself, so the third is the provider's.</summary>
    [Theory]
    [InlineData(10107, "NotWritablePrimary")]
    [InlineData(13435, "NotPrimaryNoSecondaryOk")]
    [InlineData(91, "ShutdownInProgress")]
    [InlineData(189, "PrimarySteppedDown")]
    public async Task A_write_that_a_server_refused_before_it_began_is_sent_again_without_a_look(int code, string name)
    {
        var (done, sent, looks) = await Replaced(
            n => n <= 2 ? Refused(code, name, "RetryableWriteError", "NoWritesPerformed") : Written, _ => null);
        Assert.Equal((true, 3, 0), (done, sent, looks));
    }

    /// <summary>A server before 6.1 does not say so.</summary>
    [Theory]
    [InlineData(10107, "NotWritablePrimary")]
    [InlineData(11602, "InterruptedDueToReplStateChange")]
    [InlineData(189, "PrimarySteppedDown")]
    public async Task A_write_that_may_have_taken_effect_before_a_primary_stepped_down_is_looked_for_first(int code, string name)
    {
        var (done, sent, looks) = await Replaced(
            n => n <= 2 ? Refused(code, name, "RetryableWriteError") : Written, write => Stored(8, write));
        Assert.Equal((true, 2, 1), (done, sent, looks));
    }

    [Fact]
    public async Task A_write_whose_majority_is_late_is_looked_for_and_not_sent_again_once_it_is_there()
    {
        var (done, sent, looks) = await Replaced(_ => Late, write => Stored(8, write));
        Assert.Equal((true, 1, 1), (done, sent, looks));
    }

    [Theory]
    [InlineData(13, "Unauthorized")]
    [InlineData(10334, "BSONObjectTooLarge")]
    [InlineData(121, "DocumentValidationFailure")]
    public async Task A_write_that_breaks_a_rule_is_sent_once(int code, string name)
    {
        var sent = 0;
        await Assert.ThrowsAsync<StateUnavailableException>(() => Replaced(n =>
        {
            sent = n;
            return Refused(code, name);
        }, _ => null));
        Assert.Equal(1, sent);
    }

    private static BsonDocument Stored(long version, BsonValue write) =>
        new() { { "_id", "s1" }, { "v", version }, { "w", new BsonArray { write } }, { "d", new BsonDocument("id", "s1") } };

    /// <param name="answer">To the nth time that the write is sent.</param>
    /// <param name="found">The stored document when the write is looked for.</param>
    private static async Task<(bool Done, int Sent, int Looks)> Replaced(
        Func<int, BsonDocument> answer, Func<BsonValue, BsonDocument?> found)
    {
        var (sent, looks, write) = (0, 0, (BsonValue)BsonNull.Value);
        await using var server = new MongoStandIn(command =>
        {
            switch (command.GetElement(0).Name)
            {
                case "update" when command[0] == Name:
                    write = command["updates"][0]["u"]["$push"]["w"]["$each"][0];
                    return answer(++sent);
                case "find" when command[0] == Name:
                    looks++;
                    return found(write) is { } stored ? MongoCommandTests.Cursor(command, stored) : MongoCommandTests.Cursor(command);
                default:
                    return MongoCommandTests.Answer(command);
            }
        });
        using var store = MongoCommandTests.Store(server);
        var documents = store.Open(Specimen.Collection());
        return (await documents.Replace(One, 7, Cancel), sent, looks);
    }
}
