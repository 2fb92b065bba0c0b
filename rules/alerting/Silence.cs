using System.Text.Json.Serialization;

namespace Holdfast.Rules.Alerting;

/// <summary>The part of a silence that people ask for; the service sets the rest.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SilenceRequest
{
    public SilenceMatcher Matcher { get; init; } = new();
    public string Reason { get; init; } = "";
    public string Owner { get; init; } = "";

    /// <summary>Absent: now.</summary>
    public DateTimeOffset? StartsAt { get; init; }

    public DateTimeOffset? EndsAt { get; init; }
}

/// <summary>Which silence covers an alert, and what a silence may be. Pure.</summary>
internal static class Silencing
{
    /// <summary>At one time.</summary>
    internal static int SilencesMax { get; } = 500;

    internal static TimeSpan LengthMax { get; } = TimeSpan.FromDays(90);

    private const int EntriesMax = 100;
    private const int TextMax = OperatorText.ReasonMax;

    /// <summary>The one that ends last of those that cover it now, or null.</summary>
    internal static Silence? Of(Alert alert, IEnumerable<Silence> silences, DateTimeOffset now) =>
        silences.Select(s => AheadOfNow.Taken(s, now))
            .Where(s => s.StartsAt <= now && now < s.EndsAt && Covers(s.Matcher, alert)).MaxBy(s => s.EndsAt);

    internal static bool Covers(SilenceMatcher matcher, Alert alert) =>
        One(matcher.Scopes, alert.Scope == AlertScope.System ? "system" : "task")
        && One(matcher.Events, alert.Event)
        && (matcher.Levels.Count == 0 || matcher.Levels.Contains(alert.Level))
        && One(matcher.Regions, alert.Region)
        && One(matcher.Hosts, alert.Host)
        && One(matcher.Tasks, alert.Task)
        && (matcher.TaskTags.Count == 0 || matcher.TaskTags.Intersect(alert.TaskTags, StringComparer.Ordinal).Any())
        && (matcher.Targets.Count == 0 || matcher.Targets.Any(t => Fits(t, alert.Target)));

    internal static int Entries(SilenceMatcher matcher) => matcher.Scopes.Count + matcher.Events.Count + matcher.Levels.Count
        + matcher.Regions.Count + matcher.Hosts.Count + matcher.Tasks.Count + matcher.TaskTags.Count + matcher.Targets.Count;

    private static bool One(IReadOnlyList<string> allowed, string? value) =>
        allowed.Count == 0 || (value is not null && allowed.Contains(value, StringComparer.Ordinal));

    private static bool Fits(string pattern, string target) => pattern.EndsWith('*')
        ? target.StartsWith(pattern[..^1], StringComparison.Ordinal)
        : target == pattern;

    /// <summary>The rules that it breaks.</summary>
    internal static IReadOnlyList<FieldFault> Broken(SilenceRequest asked, DateTimeOffset now)
    {
        var faults = new List<FieldFault>();
        var starts = asked.StartsAt ?? now;
        Check(Entries(asked.Matcher) is >= 1 and <= EntriesMax, "matcher", Entries(asked.Matcher),
            $"must have 1 to {EntriesMax} entries: a silence over everything would hide the next failure too");
        Check(asked.Matcher.Scopes.All(s => s is "system" or "task"), "matcher.scopes", string.Join(',', asked.Matcher.Scopes),
            "must be system or task");
        Check(asked.Matcher.Levels.All(l => l is >= 1 and <= 5), "matcher.levels", string.Join(',', asked.Matcher.Levels),
            "must be 1 to 5");
        foreach (var unknown in asked.Matcher.Events.Where(e => !EventCatalog.Knows(e)))
        {
            Check(false, "matcher.events", Limits.Short(unknown), $"must be one of {string.Join(", ", EventCatalog.Names)}");
        }

        Check(asked.Matcher.Targets.All(t => t.Length is > 1 and <= 256), "matcher.targets", string.Join(',', asked.Matcher.Targets),
            "must have 2 to 256 characters each; a '*' at the end stands for any rest");
        Check(asked.Reason.Trim().Length is > 0 and <= TextMax, "reason", Limits.Short(asked.Reason),
            $"must have 1 to {TextMax} characters");
        Check(asked.Owner.Trim().Length is > 0 and <= TextMax, "owner", Limits.Short(asked.Owner), $"must have 1 to {TextMax} characters");
        Check(asked.EndsAt is { } end && end > now && end > starts && end - starts <= LengthMax, "endsAt", asked.EndsAt,
            $"must be given, ahead of now, after startsAt, and at most {LengthMax.TotalDays:0} days after it");
        return faults;

        void Check(bool holds, string field, object? value, string rule)
        {
            if (!holds)
            {
                faults.Add(new FieldFault(field, value, rule));
            }
        }
    }
}
