namespace Holdfast.Contracts;

/// <summary>Counts things as a sentence says it: <c>1 component</c>, <c>2 components</c>. Pure.</summary>
public static class Counted
{
    /// <param name="many">Of more than one, and of none; null: with an s.</param>
    public static string Of(long count, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many ?? one + "s")}");
}
