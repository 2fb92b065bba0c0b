using System.Buffers;

namespace Holdfast.Heartbeat.Intake;

/// <summary>
/// Takes a report part by part. A component that breaks the rules, or cannot be read, is Abnormal with the reason. Neither its host's
/// lease nor its neighbours learn of it. Pure; a good report is passed on as it is.
/// </summary>
internal static class ReportParts
{
    /// <summary>The code before the reason of a component that is Abnormal for its words.</summary>
    internal const string Code = "HB-107";

    /// <summary>The code before what is said of components that could not be kept.</summary>
    internal const string LeftOutCode = "HB-108";

    /// <summary>The report with each component judged, the same one when all of them are good.</summary>
    internal static HostReport Judged(HostReport report)
    {
        var judged = report.Components is { Count: > 0 } components ? Judged(report, components) : report;
        return judged.LeftOut is { } said && Presentable(said) is var sentence && sentence != said
            ? judged with { LeftOut = sentence }
            : judged;
    }

    private static string? Presentable(string said) => string.IsNullOrWhiteSpace(said) ? null : ComponentRules.Sentence(said);

    private static HostReport Judged(HostReport report, IReadOnlyList<ComponentReport> components)
    {
        List<ComponentReport>? kept = null;
        var names = components.Count > 1 ? new Dictionary<string, int>(components.Count, StringComparer.Ordinal) : null;
        var (nobody, twice) = (0, 0);
        for (var i = 0; i < components.Count; i++)
        {
            var said = components[i];
            if (said is null)
            {
                kept ??= [.. components.Take(i)];
                nobody++;
                continue;
            }

            var judged = ComponentRules.Judged(said, Code);
            if (names is not null && !names.TryAdd(judged.Name, kept?.Count ?? i))
            {
                kept ??= [.. components.Take(i)];
                var first = names[judged.Name];
                kept[first] = ComponentRules.Abnormal(kept[first], $"{Code} name {judged.Name} is in the report more than once.");
                twice++;
                continue;
            }

            if (kept is null && !ReferenceEquals(judged, said))
            {
                kept = [.. components.Take(i)];
            }

            kept?.Add(judged);
        }

        return kept is null ? report
            : nobody + twice == 0 ? report with { Components = kept }
            : report with { Components = kept, LeftOut = LeftOut(report.LeftOut, nobody, twice) };
    }

    private static string LeftOut(string? said, int nobody, int twice) =>
        $"{(said is null ? "" : said + " ")}{LeftOutCode} {nobody} entries of the report that are null, {twice} with another's name.";

    /// <summary>
    /// A body that could not be read in one go: the host's own part must be right; of its components each is read alone. Only for
    /// bodies that were refused by the reader already, so it may be slow.
    /// </summary>
    internal static HeardBody Salvage(ReadOnlySequence<byte> body, JsonException error)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return new HeardBody(null, ReportFaults.NotJson($"it is {root.ValueKind}"), null);
            }

            var host = ReportShape.HostOf(root);
            var faults = ReportShape.Check(root);
            if (faults.Count > 0)
            {
                return new HeardBody(null, ReportFaults.Misshapen(faults), host);
            }

            var unread = Soft.Where(s => root.EnumerateObject().Any(p => p.NameEquals(s.Name) && !s.IsReadable(p.Value)))
                .Select(s => s.Name).ToList();
            if (OwnPart(root, ["components", .. unread]) is not { } own)
            {
                var field = error.Path is { Length: > 2 } path ? path[2..] : "body";
                faults.Add(new FieldFault(field, null, "must have the documented JSON type"));
                return new HeardBody(null, ReportFaults.Misshapen(faults), host);
            }

            return HeardBody.Of(own with
            {
                Components = root.TryGetProperty("components", out var all) ? Components(all) : null,
                LeftOut = unread.Count == 0 ? own.LeftOut : Unread(own.LeftOut, unread),
            });
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            // Text that is no UTF-8, or half a letter, is only found when it is asked for.
            return new HeardBody(null, ReportFaults.NotJson(unreadable.Message), null);
        }
    }

    /// <summary>Parts of a report that nobody loses a lease for: one that cannot be read counts as absent.</summary>
    private static readonly (string Name, Func<JsonElement, bool> IsReadable)[] Soft =
    [
        ("leftOut", said => said.ValueKind == JsonValueKind.Null || ReportShape.TextOf(said) is not null),
        ("servesLogs", said => said.ValueKind is JsonValueKind.True or JsonValueKind.False),
        ("logs", said => said.ValueKind == JsonValueKind.Null || IsLogs(said)),
    ];

    private static bool IsLogs(JsonElement logs)
    {
        try
        {
            return logs.Deserialize(HeartbeatJson.Default.IReadOnlyListLogTail) is not null;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static string Unread(string? said, IEnumerable<string> unread) => $"{(said is null ? "" : said + " ")}{LeftOutCode} "
        + $"{string.Join(", ", unread)} of the report: not of the documented JSON type, and passed over.";

    /// <summary>All but these of a report's parts; null: the rest cannot be read either.</summary>
    private static HostReport? OwnPart(JsonElement root, IReadOnlyList<string> without)
    {
        try
        {
            var buffer = new ArrayBufferWriter<byte>();
            using (var writer = new Utf8JsonWriter(buffer))
            {
                writer.WriteStartObject();
                foreach (var part in root.EnumerateObject().Where(p => !without.Contains(p.Name, StringComparer.Ordinal)))
                {
                    part.WriteTo(writer);
                }

                writer.WriteEndObject();
            }

            return JsonSerializer.Deserialize(buffer.WrittenSpan, HeartbeatJson.Default.HostReport);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static List<ComponentReport>? Components(JsonElement all) => all.ValueKind == JsonValueKind.Array
        ? [.. all.EnumerateArray().Take(ReportRules.ComponentsMax + 1).Select(Component)]
        : null;

    private static ComponentReport Component(JsonElement said)
    {
        try
        {
            return said.Deserialize(HeartbeatJson.Default.ComponentReport)!;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            var why = ReportShape.CheckComponent(said) is { } broken ? $"{broken.Field}: {broken.Value ?? "missing"} – {broken.Rule}."
                : error is JsonException { Path: { Length: > 2 } path } ? $"{path[2..]} must have the documented JSON type."
                : "it cannot be read: a text in it is no UTF-8, or half a letter.";
            return ComponentRules.Abnormal(ReportShape.WhoIs(said), $"{Code} {why}");
        }
    }
}

/// <summary>The content of a body: a report, or why it is refused and, if that can be seen, in which host's name it came.</summary>
internal readonly record struct HeardBody(HostReport? Report, Fault? Fault, string? Host)
{
    /// <summary>A well-formed report, held to the rules.</summary>
    internal static HeardBody Of(HostReport report) => ReportRules.Check(report) is { } broken
        ? new HeardBody(null, broken, report.Host)
        : new HeardBody(ReportParts.Judged(report), null, report.Host);
}
