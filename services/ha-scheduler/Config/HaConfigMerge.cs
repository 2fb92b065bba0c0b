using Holdfast.Platform.State;
using Holdfast.Rules.HaScheduler.Config;

namespace Holdfast.HaScheduler.Config;

/// <summary>ha.config after a change, and what of the change was passed over.</summary>
internal sealed record MergedConfig(HaConfig Config, IReadOnlyList<IgnoredKey> Ignored);

/// <summary>
/// Lays a change over ha.config. Keys that are left out keep their value. An override that is given replaces the whole one of that region
/// or task, and null removes it. Keys that older releases knew, and those that only the service says, are passed over: the answer names
/// them. All faults at once, nothing half done: HA-101 when a key is unknown or of the wrong type, HA-102 when a value or the whole is not
/// allowed. Pure.
/// </summary>
internal sealed class HaConfigMerge
{
    private const string Workaround = "Correct the named keys; nothing was changed.";
    private const int NameMax = 128;

    private readonly List<FieldFault> _shape = [];
    private readonly List<FieldFault> _bounds = [];
    private readonly List<IgnoredKey> _ignored = [];

    internal static Outcome<MergedConfig> Merge(HaConfig before, JsonObject change, Profile profile)
    {
        if (Twice(change) is { } twice)
        {
            return Fault.Invalid("HA-101", Workaround, twice);
        }

        var merge = new HaConfigMerge();
        var merged = JsonSerializer.SerializeToNode(before, StateJson.Options)!.AsObject();
        merge.Keys(merged, change);
        if (merge._shape.Count > 0)
        {
            return Fault.Invalid("HA-101", Workaround, [.. merge._shape, .. merge._bounds]);
        }

        var after = merged.Deserialize<HaConfig>(StateJson.Options)!;
        List<FieldFault> faults = [.. merge._bounds, .. HaConfigRules.Check(after, profile)];
        return faults.Count > 0 ? Fault.Invalid("HA-102", Workaround, faults) : new MergedConfig(after, merge._ignored);
    }

    private void Keys(JsonObject merged, JsonObject change)
    {
        foreach (var (name, value) in change)
        {
            if (HaConfigKeys.Ignored.TryGetValue(name, out var why))
            {
                _ignored.Add(new IgnoredKey(name, why));
            }
            else if (name is "regions" or "tasks")
            {
                Overrides(merged[name]!.AsObject(), name, value, name == "regions" ? KeyScope.Region : KeyScope.Task);
            }
            else if (HaConfigKeys.Find(name) is { } key)
            {
                Take(merged, key, name, value);
            }
            else
            {
                _shape.Add(new FieldFault(name, value?.ToJsonString(), "is not a key of ha.config"));
            }
        }
    }

    private void Overrides(JsonObject merged, string path, JsonNode? change, KeyScope scope)
    {
        if (change is not JsonObject given)
        {
            _shape.Add(new FieldFault(path, change?.ToJsonString(), "must be an object of overrides by name"));
            return;
        }

        foreach (var (name, value) in given)
        {
            if (name.Length is < 1 or > NameMax || name.Any(char.IsControl))
            {
                _bounds.Add(new FieldFault(path, name, $"must name each with 1 to {NameMax} characters, none of them a control character"));
            }
            else if (value is not null && Override($"{path}.{name}", value, scope) is { Count: > 0 } own)
            {
                merged[name] = own;
            }
            else
            {
                merged.Remove(name);
            }
        }

        if (merged.Count > HaConfigKeys.OverridesMax)
        {
            _bounds.Add(new FieldFault(path, merged.Count, $"must be at most {HaConfigKeys.OverridesMax} overrides"));
        }
    }

    private JsonObject Override(string path, JsonNode change, KeyScope scope)
    {
        var own = new JsonObject();
        if (change is not JsonObject given)
        {
            _shape.Add(new FieldFault(path, change.ToJsonString(), "must be an object of keys, or null to remove it"));
            return own;
        }

        foreach (var (name, value) in given)
        {
            if (HaConfigKeys.Find(name) is not { } key)
            {
                _shape.Add(new FieldFault($"{path}.{name}", value?.ToJsonString(), "is not a key of ha.config"));
            }
            else if (value is null)
            {
                continue; // as above it, which is what it means where the whole of an override is written out
            }
            else if (key.Scope < scope)
            {
                _shape.Add(new FieldFault($"{path}.{name}", value.ToJsonString(), key.Scope == KeyScope.Region
                    ? "holds for a region, not for a task"
                    : "holds everywhere and has no override"));
            }
            else
            {
                Take(own, key, $"{path}.{name}", value);
            }
        }

        return own;
    }

    private void Take(JsonObject into, HaConfigKey key, string path, JsonNode? value)
    {
        var read = key.Read(value);
        if (read.Broken is { } rule)
        {
            (read.IsShape ? _shape : _bounds).Add(new FieldFault(path, value?.ToJsonString(), rule));
        }
        else
        {
            into[key.Name] = read.Value;
        }
    }

    /// <summary>An object that names a key twice shows it only when it is first read.</summary>
    private static FieldFault? Twice(JsonNode? node)
    {
        try
        {
            return node is JsonObject given ? given.Select(member => Twice(member.Value)).FirstOrDefault(f => f is not null) : null;
        }
        catch (ArgumentException error)
        {
            return new FieldFault("body", null, "must name each key once: " + error.Message);
        }
    }
}
