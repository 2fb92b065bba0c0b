namespace Holdfast.Engine.Kafka.Sink;

/// <summary>A message whose partition is not known yet.</summary>
/// <param name="Topic">The topic that it goes to.</param>
/// <param name="Table">For people.</param>
/// <param name="By">Bytes that choose the partition.</param>
/// <param name="Message">Key, value and headers.</param>
/// <param name="Statement">Index of the row's statement in its group.</param>
/// <param name="Row">Index of the row in it; null: it is of no row.</param>
internal sealed record Draft(string Topic, string Table, byte[] By, Message<byte[]?, byte[]?> Message, int Statement, int? Row);

/// <summary>A row that cannot become a message.</summary>
internal sealed class RowRefusedException(Refused refused) : Exception(refused.Why)
{
    internal Refused Refused { get; } = refused;
}
