namespace Holdfast.Engine;

/// <summary>
/// A place in a source's log: exact, unique for each transaction, and in the order in which the source committed. Only the engine
/// of the source knows its meaning (PostgreSQL: timeline and LSN; a binlog: file number and end offset; SQLite: generation and
/// sequence), everyone else compares. Seconds are for people, never for this.
/// </summary>
/// <param name="Major">The part that changes rarely.</param>
/// <param name="Minor">The place within it.</param>
public readonly record struct Position(ulong Major, ulong Minor) : IComparable<Position>
{
    /// <summary>The position before everything.</summary>
    public static readonly Position Zero;

    /// <summary>The position after everything.</summary>
    public static readonly Position Max = new(ulong.MaxValue, ulong.MaxValue);

    /// <inheritdoc/>
    public int CompareTo(Position other) => Major != other.Major ? Major.CompareTo(other.Major) : Minor.CompareTo(other.Minor);

    /// <summary>Is earlier.</summary>
    public static bool operator <(Position a, Position b) => a.CompareTo(b) < 0;

    /// <summary>Is later.</summary>
    public static bool operator >(Position a, Position b) => a.CompareTo(b) > 0;

    /// <summary>Is not later.</summary>
    public static bool operator <=(Position a, Position b) => a.CompareTo(b) <= 0;

    /// <summary>Is not earlier.</summary>
    public static bool operator >=(Position a, Position b) => a.CompareTo(b) >= 0;

    /// <summary>The later one of the two.</summary>
    public static Position Later(Position a, Position b) => a > b ? a : b;

    /// <summary>Two hexadecimal numbers, for example <c>1/2A</c>: what <see cref="TryParse"/> reads.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major:X}/{Minor:X}");

    /// <summary>Reads what <see cref="ToString"/> writes; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Position position)
    {
        position = default;
        var slash = text.IndexOf('/');
        if (slash < 0 || !Number(text[..slash], out var major) || !Number(text[(slash + 1)..], out var minor))
        {
            return false;
        }

        position = new Position(major, minor);
        return true;

        static bool Number(ReadOnlySpan<char> part, out ulong number) =>
            ulong.TryParse(part, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number);
    }
}
