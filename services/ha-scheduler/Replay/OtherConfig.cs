using Holdfast.HaScheduler.Config;
using Holdfast.Rules.HaScheduler.Config;

namespace Holdfast.HaScheduler.Replay;

/// <summary>The keys of ha.config that a back-test tries, laid over whatever held when a pass was made.</summary>
internal sealed class OtherConfig
{
    private readonly JsonObject _keys;
    private (HaConfig Recorded, Outcome<HaConfig> Merged)? _last;

    private OtherConfig(JsonObject keys) => _keys = keys;

    /// <summary>Null when there is none.</summary>
    internal static Outcome<OtherConfig?> Parse(string? json)
    {
        if (json is null)
        {
            return new Outcome<OtherConfig?>(null, null);
        }

        try
        {
            return JsonNode.Parse(json) is JsonObject keys
                ? new OtherConfig(keys)
                : Refused("it is no object");
        }
        catch (JsonException error)
        {
            return Refused(error.Message);
        }
    }

    /// <summary>
    /// Held to the rules of <c>PUT /api/v1/ha/config</c>, and refused in the same words. The heartbeat interval that its
    /// lease is compared with is that of the slowest profile whose rules the recorded one keeps.
    /// </summary>
    internal Outcome<HaConfig> Over(HaConfig recorded)
    {
        if (_last is not { } last || last.Recorded != recorded)
        {
            var merged = HaConfigMerge.Merge(recorded, _keys, ProfileOf(recorded));
            _last = last = (recorded, merged.Fault is { } fault ? fault : merged.Value!.Config);
        }

        return last.Merged;
    }

    private static Profile ProfileOf(HaConfig recorded) => Profile.All
        .OrderByDescending(p => p.HeartbeatInterval).FirstOrDefault(p => !HaConfigRules.Check(recorded, p).Any()) ?? Profile.Fast;

    private static Fault Refused(string why) => Fault.Invalid("HA-152", "Give a file with a JSON object of keys of ha.config.",
        new FieldFault("config", null, $"must be what PUT /api/v1/ha/config takes: {why}"));
}
