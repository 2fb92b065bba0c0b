namespace Holdfast.Rules.Apply.Matching;

/// <summary>Tells which kinds of values a column of another kind takes without a loss, whatever the value.</summary>
internal static class KindFit
{
    internal static bool Fits(ValueKind source, ValueKind sink) => source == sink || (source, sink) switch
    {
        (ValueKind.Bool, ValueKind.Int64 or ValueKind.UInt64 or ValueKind.Decimal or ValueKind.Bit) => true,
        (ValueKind.Int64 or ValueKind.UInt64, ValueKind.Decimal) => true,
        (ValueKind.Float32, ValueKind.Float64) => true,
        (ValueKind.Date, ValueKind.DateTime) => true,
        (ValueKind.Enum or ValueKind.Set or ValueKind.Json or ValueKind.Uuid or ValueKind.Unknown, ValueKind.Text) => true,
        _ => false,
    };
}
