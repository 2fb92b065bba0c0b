using System.Text.Json.Serialization;

namespace Holdfast.Rules.Alerting;

/// <summary>
/// An alert as it is raised over HTTP: AlertRaised with what follows from the rest left out. Here, unlike on the bus, a
/// wrong one is refused: who sent it is still there to hear it.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RaisedAlert
{
    private const int AlertsMax = 1000;
    private const int NameMax = 256;
    private const int FaultsMax = 20;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true };

    /// <summary>One of GET /api/v1/alerts/events.</summary>
    public string Event { get; init; } = "";

    public string Target { get; init; } = "";

    /// <summary>firing (the default) or resolved.</summary>
    public string Condition { get; init; } = "firing";

    /// <summary>1 to 5; absent: the event's usual one, or by protection.</summary>
    public int? Level { get; init; }

    /// <summary>Absent: the event's title.</summary>
    public string? Summary { get; init; }

    public string Description { get; init; } = "";
    public string Region { get; init; } = "";
    public string? Host { get; init; }
    public string? HostIp { get; init; }
    public string? Task { get; init; }
    public string? TaskName { get; init; }

    /// <summary>HIGH, MEDIUM, LOW or IGNORE.</summary>
    public string? Protection { get; init; }

    public IReadOnlyList<string>? TaskTags { get; init; }
    public string? Incident { get; init; }

    /// <summary>Absent: now.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>An array of 1 to 1,000, or one object.</summary>
    /// <param name="malformed">The answer to a body that is not of this shape.</param>
    internal static Outcome<IReadOnlyList<AlertRaised>> Read(JsonElement body, DateTimeOffset now, Func<JsonException, Fault> malformed)
    {
        List<JsonElement> given = body.ValueKind == JsonValueKind.Array ? [.. body.EnumerateArray()] : [body];
        if (given.Count is 0 or > AlertsMax)
        {
            return Faults.Raised([new FieldFault("body", given.Count, $"must have 1 to {AlertsMax} alerts")]);
        }

        var faults = new List<FieldFault>();
        var raised = new List<AlertRaised>(given.Count);
        var seen = new Dictionary<(string, string), int>();
        for (var i = 0; i < given.Count && faults.Count < FaultsMax; i++)
        {
            if (given[i].ValueKind != JsonValueKind.Object)
            {
                faults.Add(new FieldFault($"[{i}]", Limits.Short(given[i].GetRawText()), "must be an object"));
                continue;
            }

            try
            {
                var alert = given[i].Deserialize<RaisedAlert>(Json)!;
                alert.Check($"[{i}].", faults);
                if (faults.Count == 0)
                {
                    // One after the other of the same condition, so that the order in the request is their order in time.
                    var before = seen[(alert.Event, alert.Target)] = seen.GetValueOrDefault((alert.Event, alert.Target)) + 1;
                    raised.Add(alert.Message(now.AddMicroseconds(before - 1)));
                }
            }
            catch (JsonException error)
            {
                return malformed(error);
            }
        }

        return faults.Count > 0 ? Faults.Raised(faults) : raised;
    }

    private void Check(string at, List<FieldFault> faults)
    {
        Require(EventCatalog.Knows(Event), "event", Event, $"must be one of {string.Join(", ", EventCatalog.Names)}");
        Require(!string.IsNullOrWhiteSpace(Target) && Target.Length <= NameMax, "target", Target, $"must have 1 to {NameMax} characters");
        Require(Condition is "firing" or "resolved", "condition", Condition, "must be firing or resolved");
        Require(Level is null or (>= 1 and <= 5), "level", Level, "must be 1 (Stopped) to 5 (Reminder)");
        Require(Protection is null || ProtectionOf() is not null, "protection", Protection, "must be HIGH, MEDIUM, LOW or IGNORE");

        void Require(bool holds, string field, object? value, string rule)
        {
            if (!holds)
            {
                faults.Add(new FieldFault(at + field, value is string text ? Limits.Short(text) : value, rule));
            }
        }
    }

    private ProtectionLevel? ProtectionOf() => Protection switch
    {
        "HIGH" => ProtectionLevel.High,
        "MEDIUM" => ProtectionLevel.Medium,
        "LOW" => ProtectionLevel.Low,
        "IGNORE" => ProtectionLevel.Ignore,
        _ => null,
    };

    private AlertRaised Message(DateTimeOffset now)
    {
        var known = EventCatalog.Find(Event)!;
        return new AlertRaised
        {
            Id = $"{Event}:{Target}:http",
            Event = Event,
            Scope = known.Scope,
            Target = Target,
            Level = Level ?? (int)(known.Level ?? ByProtection()),
            Condition = Condition == "resolved" ? AlertCondition.Resolved : AlertCondition.Firing,
            Summary = Summary ?? known.Title,
            Description = Description,
            Region = Region,
            Host = Host,
            HostIp = HostIp,
            Task = Task,
            TaskName = TaskName,
            Protection = ProtectionOf(),
            TaskTags = TaskTags,
            Incident = Incident,
            At = At ?? now,
        };
    }

    private AlertLevel ByProtection() => ProtectionOf() switch
    {
        ProtectionLevel.Medium => AlertLevel.Warning,
        ProtectionLevel.Low or ProtectionLevel.Ignore => AlertLevel.Caution,
        ProtectionLevel.High or null => AlertLevel.Critical,
    };
}
