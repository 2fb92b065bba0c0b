namespace Holdfast.Engine.Kafka.Client;

/// <summary>Reasons why a cluster cannot be written to, each with its code and what helps.</summary>
internal static class KafkaFaults
{
    /// <summary>Found by a check that has no obstacle to tell of.</summary>
    internal const string SettingsUnseenCode = "DP-615";

    internal static SourceFault Of(string what, Error error, Error? last)
    {
        // A call that runs out of time says only that; why is what a connection has said meanwhile.
        var known = ErrorClasses.Of(error) == ErrorClass.Passing && last is not null && ErrorClasses.Of(last) == ErrorClass.Login
            ? last : error;
        var words = last is null || known == last || last.Reason == known.Reason ? known.Reason : $"{known.Reason} ({last.Reason})";
        return ErrorClasses.Of(known) switch
        {
            ErrorClass.Login => new SourceFault("DP-602", $"{what}: the brokers refuse the login: {words}",
                "Correct user, password, saslMechanism, or the files of TLS in the task's configuration", IsPassing: true),
            ErrorClass.NotAllowed => new SourceFault("DP-603", $"{what}: {words}",
                "Grant the user WRITE, DESCRIBE and READ on the topics (CREATE where they are to be made), and WRITE and DESCRIBE on the "
                + "transactional id (docs/engines/kafka.md)", IsPassing: true),
            ErrorClass.NoTransactions => new SourceFault("DP-604", $"{what}: the brokers know no transactions: {words}",
                "Use Apache Kafka 2.5 or later, or a broker that keeps its transactions: without them changes would be doubled or lost"),
            ErrorClass.TooLong => new SourceFault("DP-613", $"{what}: {words}",
                "Lower transactionTimeoutSeconds to the brokers' transaction.max.timeout.ms, or raise that"),
            ErrorClass.NoTopic => new SourceFault("DP-608", $"{what}: {words}", "Create the topic, or let createTopics be true"),
            ErrorClass.Refused => new SourceFault("DP-617", $"{what}: {words}", "Look at the topic's settings and the broker's log"),
            ErrorClass.TooLarge => new SourceFault("DP-611", $"{what}: {words}", "Raise the topic's max.message.bytes"),
            _ => new SourceFault("DP-601", $"{what}: {words}", "See whether the brokers run and can be reached from this host",
                IsPassing: true),
        };
    }

    internal static SourceFaultException Thrown(string what, Error error, Error? last) => new(Of(what, error, last));

    internal static SourceFault Late(string what, TimeSpan limit, Error? last) => Of(
        what, new Error(ErrorCode.Local_TimedOut, $"no answer within {limit.TotalSeconds:0} s"), last);

    internal static SourceFault Shown(string topic) => new("DP-605",
        $"a reader of committed messages was given one of {topic} whose transaction was taken back: the brokers do not keep transactions",
        "Use Apache Kafka, or a broker that keeps its transactions: with this one changes would be doubled");

    internal static SourceFault Forgotten(string topic, string what) => new("DP-606",
        $"the brokers have confirmed a transaction, and {topic} does not have {what} of it",
        "Restore the topic, or use brokers that keep their transactions; then copy the task's topics again: changes may be missing");

    internal static SourceFault Unfit(string topic, string why) => new("DP-607", $"the progress topic {topic} {why}",
        "Give it one partition and cleanup.policy=compact, or name another one as progressTopic");

    internal static SourceFault NoTopic(string topic) => new("DP-608", $"there is no topic {topic}, and createTopics is false",
        "Create it, or let createTopics be true");

    internal static SourceFault NotMade(string topic, string why, bool isPassing) => new("DP-608", $"topic {topic} cannot be made: {why}",
        "Create it by hand, or correct partitions and replicationFactor", isPassing);

    internal static SourceFault IllegalName(string topic, string table, string why) => new("DP-609",
        $"rows of {table} would go to a topic '{topic}', which {why}", "Give the table a route with a legal name");

    internal static SourceFault Shared(string topic, string table, string other) => new("DP-610",
        $"rows of {table} would go to topic {topic}, and those of {other} go there: their keys could not be told apart",
        "Name the schema in the template, or give both a route, which puts the table into the keys");

    internal static SourceFault Shrunk(string topic, int partitions, int known) => new("DP-614",
        $"topic {topic} has {partitions} partitions, and had {known}: its keys would change their places",
        "Create it again with as many partitions, and copy its tables again if their messages are gone");

    internal static SourceFault Unseen(string topic) => new(SettingsUnseenCode,
        $"the brokers do not tell the settings of {topic}: whether its messages may be as large as messageBytesMax is not known",
        "Grant DESCRIBE_CONFIGS, or look by hand");

    internal static SourceFault Smaller(string topic, long bytes, long wanted) => new("DP-611",
        $"topic {topic} takes messages of {bytes} bytes, messageBytesMax is {wanted}",
        "Raise the topic's max.message.bytes, or lower messageBytesMax: a row that is larger is then refused by its name");

    internal static SourceFault NoSource() => new("DP-619", "Kafka is a sink only", "Check it with --sink");

    internal static Refused RefusedBy(SourceFault fault, int statement = 0) =>
        new(fault.Code, fault.Message, statement, null) { Workaround = fault.Workaround };

    /// <summary>A fault as the answer to a group: it is tried again, or refused.</summary>
    internal static ApplyResult Answer(SourceFault fault) =>
        fault.IsPassing ? new TryAgain($"{fault.Code} {fault.Message}") : RefusedBy(fault);

    internal static Refused NoFence(string task) => new("DP-616",
        $"the progress topic knows no epoch of {task}: it is another one, or an older state of itself", 0, null)
    {
        Workaround = "Restore the progress topic, or copy the task's topics again",
    };

    internal static Refused TooLarge(string table, long bytes, long most, int statement, int row) =>
        new("DP-611", $"a message of {table} has {bytes} bytes, the most is {most}", statement, row);

    /// <summary>The refusal of a row whose message the brokers do not take; null: it is of no row, or may be taken later.</summary>
    internal static Refused? OfRow(Undelivered lost) => (lost.Message.Row, ErrorClasses.Of(lost.Error)) switch
    {
        ({ } row, ErrorClass.TooLarge) => new Refused("DP-611",
            $"a message of {lost.Message.Topic} is too large for the brokers: {lost.Error.Reason}", lost.Message.Statement, row),
        ({ } row, ErrorClass.Refused) => new Refused("DP-617", $"{lost.Message.Topic}: {lost.Error.Reason}", lost.Message.Statement, row),
        _ => null,
    };

    internal static Refused Unwritable(string table, string column, string value, string why, int statement, int row) =>
        new("DP-612", $"{table}.{column} holds {value}: {why}", statement, row);

    internal static Refused Unkeyed(string table, int statement, int row) =>
        new("DP-618", $"the source does not say the whole key of a row of {table}", statement, row);

    internal static Refused TookTooLong(TimeSpan took, TimeSpan most) => new("DP-613",
        $"a transaction was open for {took.TotalSeconds:0} s, and the brokers took it back after {most.TotalSeconds:0} s", 0, null)
    {
        Workaround = "Raise transactionTimeoutSeconds, and the brokers' transaction.max.timeout.ms where it is lower",
    };
}
