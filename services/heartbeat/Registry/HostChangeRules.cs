namespace Holdfast.Heartbeat.Registry;

/// <summary>Reads the body of PATCH /api/v1/hosts/{id}: a change, or all that is wrong with it.</summary>
internal sealed class HostChangeRules
{
    internal const int QuotaMax = 10_000;
    internal const int TagsMax = 32;
    internal const int TagLengthMax = 64;
    internal const string DrainReasonDefault = "asked for by PATCH";
    internal static readonly TimeSpan MaintenanceMax = TimeSpan.FromDays(366);

    private readonly List<FieldFault> _faults = [];

    private HostChangeRules()
    {
    }

    internal static Outcome<HostChange> Read(JsonElement body, DateTimeOffset now)
    {
        var rules = new HostChangeRules();
        var change = rules.Change(body, now);
        return rules._faults.Count == 0 ? change : HostFaults.BadSettings(rules._faults);
    }

    private HostChange Change(JsonElement body, DateTimeOffset now)
    {
        if (body.ValueKind != JsonValueKind.Object || !body.EnumerateObject().Any())
        {
            Break("body", body, "must be an object that changes quotas, tags, drain or maintenance");
            return new HostChange();
        }

        Known(body, "", "quotas", "tags", "drain", "maintenance");
        return new HostChange
        {
            Quotas = body.TryGetProperty("quotas", out var quotas) ? Quotas(quotas) : null,
            Tags = body.TryGetProperty("tags", out var tags) ? Tags(tags) : null,
            Drain = body.TryGetProperty("drain", out var drain) ? new(Drain(drain)) : null,
            Maintenance = body.TryGetProperty("maintenance", out var maintenance) ? new(Maintenance(maintenance, now)) : null,
        };
    }

    private QuotasChange? Quotas(JsonElement quotas)
    {
        if (quotas.ValueKind != JsonValueKind.Object || !quotas.EnumerateObject().Any())
        {
            Break("quotas", quotas, "must be an object with stores, others or both");
            return null;
        }

        Known(quotas, "quotas.", "stores", "others");
        return new QuotasChange(Quota(quotas, "stores"), Quota(quotas, "others"));
    }

    private int? Quota(JsonElement quotas, string name)
    {
        if (!quotas.TryGetProperty(name, out var quota))
        {
            return null;
        }

        if (quota.ValueKind == JsonValueKind.Number && quota.TryGetInt32(out var number) && number is >= 0 and <= QuotaMax)
        {
            return number;
        }

        Break($"quotas.{name}", quota, $"must be a whole number, 0 to {QuotaMax}");
        return null;
    }

    private List<string> Tags(JsonElement tags)
    {
        var taken = new List<string>();
        if (tags.ValueKind != JsonValueKind.Array)
        {
            Break("tags", tags, "must be a list");
            return taken;
        }

        if (tags.GetArrayLength() > TagsMax)
        {
            _faults.Add(new FieldFault("tags", tags.GetArrayLength(), $"must be at most {TagsMax}"));
            return taken;
        }

        foreach (var (i, tag) in tags.EnumerateArray().Index())
        {
            if (tag.ValueKind != JsonValueKind.String || !IsTag(tag.GetString()!))
            {
                Break($"tags[{i}]", tag,
                    $"must be 1 to {TagLengthMax} of the characters letters, digits, '.', '_', ':', '-', '=', '/'");
            }
            else if (taken.Contains(tag.GetString()!, StringComparer.Ordinal))
            {
                Break($"tags[{i}]", tag, "must be unique");
            }
            else
            {
                taken.Add(tag.GetString()!);
            }
        }

        return taken;
    }

    private static bool IsTag(string tag) => tag is { Length: > 0 and <= TagLengthMax }
        && tag.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or ':' or '-' or '=' or '/');

    private DrainSetting? Drain(JsonElement drain)
    {
        switch (drain.ValueKind)
        {
            case JsonValueKind.Null or JsonValueKind.False:
                return null;
            case JsonValueKind.True:
                return new DrainSetting(DrainReasonDefault);
            case JsonValueKind.Object:
                Known(drain, "drain.", "reason");
                return new DrainSetting(Text(drain, "drain.", "reason", OperatorText.ReasonMax));
            default:
                Break("drain", drain, "must be true or {\"reason\"}; false or null ends it");
                return null;
        }
    }

    private MaintenanceSetting? Maintenance(JsonElement maintenance, DateTimeOffset now)
    {
        switch (maintenance.ValueKind)
        {
            case JsonValueKind.Null or JsonValueKind.False:
                return null;
            case JsonValueKind.Object:
                Known(maintenance, "maintenance.", "reason", "owner", "until");
                return new MaintenanceSetting(
                    Text(maintenance, "maintenance.", "reason", OperatorText.ReasonMax),
                    Text(maintenance, "maintenance.", "owner", OperatorText.OwnerMax),
                    Until(maintenance, now));
            default:
                Break("maintenance", maintenance, "must be {\"reason\", \"owner\", \"until\"}; false or null ends it");
                return null;
        }
    }

    private string Text(JsonElement parent, string prefix, string name, int lengthMax)
    {
        var isThere = parent.TryGetProperty(name, out var value);
        if (isThere && value.ValueKind == JsonValueKind.String && value.GetString()!.Trim() is { Length: > 0 } text
            && text.Length <= lengthMax)
        {
            return text;
        }

        Break(prefix + name, value, $"must be 1 to {lengthMax} characters of text");
        return "";
    }

    private DateTimeOffset Until(JsonElement maintenance, DateTimeOffset now)
    {
        var isThere = maintenance.TryGetProperty("until", out var value);
        if (!isThere || value.ValueKind != JsonValueKind.String || !value.TryGetDateTimeOffset(out var until)
            || !SaysItsOffset(value.GetString()!))
        {
            Break("maintenance.until", value, "must be an ISO 8601 time with Z or an offset, such as 2026-01-02T03:04:05Z");
            return default;
        }

        if (until <= now || until > now + MaintenanceMax)
        {
            Break("maintenance.until", value, $"must be in the future and at most {MaintenanceMax.TotalDays:0} days ahead");
        }

        return HostChange.Micros(until);
    }

    /// <summary>Tells a time with an offset: without one it would be the time of this machine's zone.</summary>
    private static bool SaysItsOffset(string time) =>
        time.EndsWith('Z') || time.AsSpan(Math.Max(0, time.IndexOf('T'))).IndexOfAny('+', '-') > 0;

    private void Known(JsonElement parent, string prefix, params string[] names)
    {
        foreach (var property in parent.EnumerateObject().Where(p => !names.Contains(p.Name, StringComparer.Ordinal)))
        {
            Break(prefix + property.Name, property.Value, $"is unknown; there are {string.Join(", ", names)}");
        }
    }

    private void Break(string field, JsonElement value, string rule)
    {
        var shown = value.ValueKind is JsonValueKind.Undefined ? null
            : value.ValueKind is JsonValueKind.String ? value.GetString()
            : value.GetRawText();
        _faults.Add(new FieldFault(field, shown is { Length: > 80 } ? string.Concat(shown.AsSpan(0, 80), "…") : shown, rule));
    }
}
