namespace Holdfast.Rules.Alerting;

/// <summary>Checks what a request asks for: how many, and which values of a filter. Pure.</summary>
internal static class Limits
{
    private const int Default = 50;
    private const int Max = 500;
    private const int FaultsMax = 20;

    internal static int Read(string? given, List<FieldFault> faults)
    {
        if (string.IsNullOrEmpty(given))
        {
            return Default;
        }

        if (int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            && limit is >= 1 and <= Max)
        {
            return limit;
        }

        faults.Add(new FieldFault("limit", Short(given), $"must be 1 to {Max}"));
        return Default;
    }

    /// <summary>The one value of a filter; null: it is not given, or several times.</summary>
    internal static string? Once(string field, IEnumerable<string>? given, List<FieldFault> faults)
    {
        List<string> some = [.. (given ?? []).Where(g => g.Length > 0)];
        faults.AddRange(some.Skip(1).Take(1).Select(_ => new FieldFault(field, some.Count, "must be given once")));
        return some is [var one] ? one : null;
    }

    /// <summary>All values of a filter that may be given several times; an empty one filters nothing.</summary>
    internal static IReadOnlyList<T> OneOf<T>(
        string field, IEnumerable<string>? given, IReadOnlyDictionary<string, T> allowed, List<FieldFault> faults)
    {
        var wanted = new List<T>();
        foreach (var name in (given ?? []).Where(g => g.Length > 0).Distinct(StringComparer.Ordinal))
        {
            if (allowed.TryGetValue(name, out var value))
            {
                wanted.Add(value);
            }
            else if (faults.Count < FaultsMax)
            {
                faults.Add(new FieldFault(field, Short(name), $"must be one of {string.Join(", ", allowed.Keys)}"));
            }
        }

        return [.. wanted.Distinct()];
    }

    /// <inheritdoc cref="OneOf{T}"/>
    internal static IReadOnlyList<string> OneOf(
        string field, IEnumerable<string>? given, IEnumerable<string> allowed, List<FieldFault> faults) =>
        OneOf(field, given, allowed.ToDictionary(name => name, StringComparer.Ordinal), faults);

    internal static string Short(string text) => text.Length <= 100 ? text : text[..99] + "…";
}
