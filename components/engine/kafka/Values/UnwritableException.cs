namespace Holdfast.Engine.Kafka.Values;

/// <summary>A value that the chosen form cannot say exactly; its row is refused.</summary>
internal sealed class UnwritableException(string column, string value, string why) : Exception(why)
{
    internal string Column { get; } = column;

    internal string Value { get; } = value;
}
