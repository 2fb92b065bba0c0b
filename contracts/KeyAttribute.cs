namespace Holdfast.Contracts;

/// <summary>
/// Declares a key of ha.config on the property that holds it. The rules check changes by it; the command line, the console, the API's
/// description and docs/ha-config.md are made from it.
/// </summary>
/// <param name="meaning">In English, a part of a sentence.</param>
/// <param name="chinese">The same in Chinese.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class KeyAttribute(string meaning, string chinese) : Attribute
{
    public string Meaning => meaning;
    public string Chinese => chinese;

    /// <summary>Of a number: s, min or h; null: it only counts, or is a share.</summary>
    public string? Unit { get; init; }

    /// <summary>The least that a number may be.</summary>
    public double Min { get; init; }

    /// <summary>The most that a number may be.</summary>
    public double Max { get; init; }
}

/// <summary>Marks a key that a change may name and that changes nothing.</summary>
/// <param name="why">Tells whoever changed it.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PassedOverAttribute(string why) : Attribute
{
    public string Why => why;
}

/// <summary>Marks a key that may differ by region, and not by task.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RegionsOnlyAttribute : Attribute;
