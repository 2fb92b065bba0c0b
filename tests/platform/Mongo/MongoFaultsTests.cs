using Holdfast.Stores.Mongo;
using MongoDB.Driver;
using MongoDB.Driver.Core.Clusters;
using MongoDB.Driver.Core.Connections;
using MongoDB.Driver.Core.Servers;

namespace Holdfast.Platform.Tests.Mongo;

/// <summary>Errors as the driver makes them.</summary>
public sealed class MongoFaultsTests
{
    private static readonly ConnectionId Connection = new(new ServerId(new ClusterId(1), new DnsEndPoint("localhost", 27017)));
    private static readonly BsonDocument Command = new("insert", "c");

    private static readonly Dictionary<string, Func<Exception>> Errors = new(StringComparer.Ordinal)
    {
        ["connection lost"] = () => new MongoConnectionException(Connection, "lost", new IOException()),
        ["login refused"] = () => new MongoAuthenticationException(Connection, "refused"),
        ["no primary"] = () => new MongoNotPrimaryException(Connection, Command, Result(10107, "NotWritablePrimary")),
        ["stepped down"] = () => new MongoNodeIsRecoveringException(Connection, Command, Result(11602, "InterruptedDueToReplStateChange")),
        ["command failed"] = () => new MongoCommandException(Connection, "failed", Command, Result(2, "BadValue")),
        ["late"] = () => new MongoExecutionTimeoutException(Connection, "late"),
        ["selection"] = () => new TimeoutException("no server was selected"),
        ["another"] = () => new InvalidOperationException(),
    };

    public static TheoryData<string, string, string> Classes => new()
    {
        { "connection lost", "", "Doubtful" },
        { "connection lost", "RetryableWriteError", "Doubtful" },
        { "connection lost", "RetryableWriteError NoWritesPerformed", "NotWritten" },
        { "connection lost", "TransientTransactionError", "NotWritten" },
        { "connection lost", "UnknownTransactionCommitResult", "Doubtful" },
        { "connection lost", "RetryableWriteError UnknownTransactionCommitResult NoWritesPerformed", "Doubtful" },
        { "no primary", "", "Doubtful" },
        { "no primary", "RetryableWriteError", "Doubtful" },
        { "no primary", "RetryableWriteError NoWritesPerformed", "NotWritten" },
        { "no primary", "NoWritesPerformed", "NotWritten" },
        { "stepped down", "", "Doubtful" },
        { "stepped down", "RetryableWriteError", "Doubtful" },
        { "stepped down", "TransientTransactionError", "NotWritten" },
        { "command failed", "", "Final" },
        { "command failed", "RetryableWriteError", "Doubtful" },
        { "command failed", "RetryableWriteError NoWritesPerformed", "NotWritten" },
        // It wrote nothing, and would write nothing next time.
        { "command failed", "NoWritesPerformed", "Final" },
        { "command failed", "TransientTransactionError", "NotWritten" },
        { "command failed", "UnknownTransactionCommitResult", "Doubtful" },
        { "late", "", "Doubtful" },
        { "selection", "", "Doubtful" },
        { "login refused", "", "Final" },
        { "login refused", "RetryableWriteError", "Final" },
        { "another", "", "Final" },
    };

    [Theory]
    [MemberData(nameof(Classes))]
    public void An_error_is_classed_by_its_labels_then_by_its_kind(string error, string labels, string fault)
    {
        var thrown = Errors[error]();
        foreach (var label in labels.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            ((MongoException)thrown).AddErrorLabel(label);
        }

        Assert.Equal(fault, $"{MongoFaults.Of(thrown)}");
    }

    private static BsonDocument Result(int code, string name) => new() { { "ok", 0 }, { "code", code }, { "codeName", name } };
}
