namespace Holdfast.Engine.MySql.Events;

/// <summary>A transaction's name at every MariaDB server that has it.</summary>
internal readonly record struct Gtid(uint Domain, uint Server, ulong Sequence)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Domain}-{Server}-{Sequence}");

    internal static Gtid? Parse(string? text)
    {
        var parts = text?.Split('-') ?? [];
        return parts.Length == 3 && uint.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var domain)
            && uint.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var server)
            && ulong.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            ? new Gtid(domain, server, sequence) : null;
    }

    /// <summary>Reads a list as servers write it.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    internal static List<Gtid> List(string? text) =>
        [.. (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(p => Parse(p) ?? throw new FormatException($"'{p}' is no GTID"))];

    internal static string Text(IEnumerable<Gtid> list) => string.Join(',', list.Order(Comparer<Gtid>.Create(
        (a, b) => (a.Domain, a.Server, a.Sequence).CompareTo((b.Domain, b.Server, b.Sequence)))));
}
