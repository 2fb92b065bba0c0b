namespace Holdfast.Engine.Kafka.Envelope;

/// <summary>The source of an event, its transaction, and its number in that transaction.</summary>
/// <param name="Source">The source; null: not known.</param>
/// <param name="Transaction">Its transaction.</param>
/// <param name="Total">From 1, among the events of the transaction.</param>
/// <param name="OfTable">From 1, among those of the table.</param>
/// <param name="Now">Time at which it was written: microseconds since 1970-01-01T00:00:00Z.</param>
internal sealed record EventPlace(SourceName? Source, SourceTransaction Transaction, long Total, long OfTable, long Now)
{
    internal string Engine => Source?.Kind ?? "";

    /// <summary>The connector, as Debezium calls the engine.</summary>
    internal string Connector => Engine switch
    {
        "postgres" => "postgresql",
        "" => "unknown",
        _ => Engine,
    };

    /// <summary>The transaction's name for readers: with PostgreSQL <c>571:53195829</c>, its number and its place in the log.</summary>
    internal string TransactionId => (Engine, Transaction.SourceId) switch
    {
        ("postgres", { } number) => string.Create(CultureInfo.InvariantCulture, $"{number}:{Transaction.Position.Minor}"),
        (_, { } own) => own,
        _ => Transaction.Position.ToString(),
    };
}
