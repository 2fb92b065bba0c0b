using System.Collections.ObjectModel;

namespace Holdfast.Contracts;

/// <summary>
/// Overrides by the name of a region or task, in the order of the names: a value, so that two configurations that say the
/// same are equal.
/// </summary>
internal sealed class OverridesByName : ReadOnlyDictionary<string, HaConfigOverride>
{
    private OverridesByName(IReadOnlyDictionary<string, HaConfigOverride> overrides)
        : base(new Dictionary<string, HaConfigOverride>(overrides.OrderBy(o => o.Key, StringComparer.Ordinal), StringComparer.Ordinal))
    {
    }

    internal static OverridesByName None { get; } = new(ReadOnlyDictionary<string, HaConfigOverride>.Empty);

    internal static OverridesByName Of(IReadOnlyDictionary<string, HaConfigOverride> overrides) =>
        overrides as OverridesByName ?? new OverridesByName(overrides);

    public override bool Equals(object? obj) => obj is OverridesByName other && (ReferenceEquals(this, other) || this.SequenceEqual(other));

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var (name, value) in this)
        {
            hash.Add(name, StringComparer.Ordinal);
            hash.Add(value);
        }

        return hash.ToHashCode();
    }

    public override string ToString() => $"{{ {string.Join(", ", this.Select(o => $"{o.Key}: {o.Value}"))} }}";
}
