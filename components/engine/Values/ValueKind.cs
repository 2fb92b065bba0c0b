namespace Holdfast.Engine.Values;

/// <summary>
/// The kinds of a value in a row, the same for all engines. The number is the value's first byte, on disk and on the wire:
/// it never changes its meaning.
/// </summary>
public enum ValueKind : byte
{
    /// <summary>
    /// The source did not say what the column holds (an unchanged TOAST value, a minimal row image, a column that is filtered).
    /// Never the same as <see cref="Null"/>: a sink leaves such a column as it is.
    /// </summary>
    Absent = 0,

    /// <summary>SQL's NULL.</summary>
    Null = 1,

    /// <summary>True or false.</summary>
    Bool = 2,

    /// <summary>A whole number, signed.</summary>
    Int64 = 3,

    /// <summary>A whole number, for columns that are unsigned.</summary>
    UInt64 = 4,

    /// <summary>IEEE 754, 32 bits; NaN and infinities as they are.</summary>
    Float32 = 5,

    /// <summary>IEEE 754, 64 bits; NaN and infinities as they are.</summary>
    Float64 = 6,

    /// <summary>Decimal digits with their scale, as text: <c>-12.340</c>, also <c>NaN</c>, <c>Infinity</c>, <c>-Infinity</c>.</summary>
    Decimal = 7,

    /// <summary>Text, UTF-8.</summary>
    Text = 8,

    /// <summary>Bytes.</summary>
    Bytes = 9,

    /// <summary>A day of a calendar, year, month and day each as the source says them (<see cref="Day"/>).</summary>
    Date = 10,

    /// <summary>Microseconds since midnight; negative or beyond a day where the source allows that; 24:00 is its own value.</summary>
    Time = 11,

    /// <summary>A day and microseconds in it, without a zone.</summary>
    DateTime = 12,

    /// <summary>Microseconds since 1970-01-01T00:00:00Z; the least and the greatest number are minus and plus infinity.</summary>
    Instant = 13,

    /// <summary>Sixteen bytes, in the order in which they are written.</summary>
    Uuid = 14,

    /// <summary>JSON, as the source's text.</summary>
    Json = 15,

    /// <summary>Bits and their count, the first one in the highest bit of the first byte.</summary>
    Bit = 16,

    /// <summary>The label of an enumeration.</summary>
    Enum = 17,

    /// <summary>Labels of a set, separated by commas.</summary>
    Set = 18,

    /// <summary>A geometry: SRID and well-known binary.</summary>
    Geometry = 19,

    /// <summary>An array: its dimensions, then its elements as values.</summary>
    Array = 20,

    /// <summary>A type that we do not know: its name, and the value as the source writes it.</summary>
    Unknown = 21,
}
