namespace Holdfast.Engine.MySql.Values;

/// <summary>Microseconds since midnight as servers write them.</summary>
internal static class ClockText
{
    internal static string Of(long microseconds)
    {
        var (sign, all) = microseconds < 0 ? ("-", -(Int128)microseconds) : ("", microseconds);
        var seconds = all / 1_000_000;
        return string.Create(CultureInfo.InvariantCulture,
            $"{sign}{(long)(seconds / 3600):00}:{(long)(seconds / 60 % 60):00}:{(long)(seconds % 60):00}.{(long)(all % 1_000_000):000000}");
    }
}
