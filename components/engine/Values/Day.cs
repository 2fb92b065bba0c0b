namespace Holdfast.Engine.Values;

/// <summary>
/// A day as a source says it. Zero months and days are kept (MySQL's <c>0000-00-00</c> and <c>2024-02-00</c>), and so are minus and
/// plus infinity (PostgreSQL). <see cref="Packed"/> has the order of the calendar.
/// </summary>
/// <param name="Packed">The year times 512, the month times 32, and the day; the least and the greatest number are infinity.</param>
public readonly record struct Day(int Packed)
{
    /// <summary>The day before every day.</summary>
    public static readonly Day MinusInfinity = new(int.MinValue);

    /// <summary>The day after every day.</summary>
    public static readonly Day Infinity = new(int.MaxValue);

    /// <summary>A day; year from -1,000,000 to 1,000,000, month from 0 to 12, day from 0 to 31.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A part that is beyond these.</exception>
    public static Day Of(int year, int month, int day)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Math.Abs((long)year), 1_000_000, nameof(year));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)month, 12u, nameof(month));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)day, 31u, nameof(day));
        return new Day(year * 512 + month * 32 + day);
    }

    /// <summary>One of the two infinities.</summary>
    public bool IsInfinite => Packed is int.MinValue or int.MaxValue;

    /// <summary>The year; negative ones before the year 1.</summary>
    public int Year => Packed >> 9;

    /// <summary>The month, 0 to 12.</summary>
    public int Month => (Packed >> 5) & 15;

    /// <summary>The day of the month, 0 to 31.</summary>
    public int DayOfMonth => Packed & 31;

    /// <summary><c>2024-02-29</c>, <c>infinity</c>, <c>-infinity</c>.</summary>
    public override string ToString() => Packed switch
    {
        int.MaxValue => "infinity",
        int.MinValue => "-infinity",
        _ => string.Create(CultureInfo.InvariantCulture, $"{Year:0000}-{Month:00}-{DayOfMonth:00}"),
    };
}
