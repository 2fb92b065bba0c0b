using System.Text.Json;
using System.Text.Json.Nodes;
using Holdfast.Contracts;
using Holdfast.Platform.Http;

namespace Holdfast.HaScheduler;

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

    /// <summary>Held to the rules of <c>PUT /api/v1/ha/config</c>, and refused in the same words.</summary>
    internal Outcome<HaConfig> Over(HaConfig recorded)
    {
        if (_last is not { } last || last.Recorded != recorded)
        {
            _last = last = (recorded, HaConfigRules.Merge(recorded, _keys));
        }

        return last.Merged;
    }

    private static Fault Refused(string why) => Fault.Invalid("HA-152", "Give a file with a JSON object of keys of ha.config.",
        new FieldFault("config", null, $"must be what PUT /api/v1/ha/config takes: {why}"));
}
