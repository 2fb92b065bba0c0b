namespace Holdfast.Rules.Alerting;

/// <summary>
/// An AlertRaised within limits. A message that breaks them is cut with a mark, never refused: an alert in an error
/// queue notifies nobody.
/// </summary>
internal static class AlertNormalizer
{
    /// <summary>Instead of the end of a text that was cut.</summary>
    internal const string Mark = "…[cut]";

    private const int NameMax = 256;
    private const int TagsMax = 64;
    private const int SummaryMax = 512;
    private const int DescriptionMax = 4096;

    /// <summary>A clock that runs ahead further than this would hide all messages after it.</summary>
    internal static TimeSpan AheadMax { get; } = TimeSpan.FromMinutes(5);

    internal static AlertRaised Normalize(AlertRaised raised, DateTimeOffset now) => raised with
    {
        Id = Cut(raised.Id, NameMax),
        Event = Named(raised.Event),
        Target = Named(raised.Target),
        Scope = Enum.IsDefined(raised.Scope) ? raised.Scope : AlertScope.System,
        Level = Math.Clamp(raised.Level, (int)AlertLevel.Stopped, (int)AlertLevel.Reminder),
        Condition = Enum.IsDefined(raised.Condition) ? raised.Condition : AlertCondition.Firing,
        Summary = Cut(raised.Summary, SummaryMax),
        Description = Cut(raised.Description, DescriptionMax),
        Region = Cut(raised.Region, NameMax),
        Host = CutOptional(raised.Host),
        HostIp = CutOptional(raised.HostIp),
        Task = CutOptional(raised.Task),
        TaskName = CutOptional(raised.TaskName),
        TaskTags = raised.TaskTags is { } tags ? [.. tags.Take(TagsMax).Select(t => Cut(t, NameMax))] : null,
        Incident = CutOptional(raised.Incident),
        At = Micros(raised.At > now + AheadMax ? now : raised.At),
    };

    /// <summary>Documents keep microseconds: what is compared with them must not have more.</summary>
    internal static DateTimeOffset Micros(DateTimeOffset at)
    {
        var utc = at.ToUniversalTime();
        return utc.AddTicks(-(utc.Ticks % TimeSpan.TicksPerMicrosecond));
    }

    private static string Named(string? text) => string.IsNullOrWhiteSpace(text) ? "unknown"
        : Cut(text.Trim(), NameMax);

    private static string? CutOptional(string? text) => text is null ? null : Cut(text, NameMax);

    /// <summary>Between two characters as readers see them, never within one.</summary>
    private static string Cut(string? text, int limit)
    {
        if (text is null || text.Length <= limit)
        {
            return text ?? "";
        }

        var (at, room) = (0, limit - Mark.Length);
        while (StringInfo.GetNextTextElementLength(text, at) is var length && at + length <= room)
        {
            at += length;
        }

        return text[..at] + Mark;
    }
}
