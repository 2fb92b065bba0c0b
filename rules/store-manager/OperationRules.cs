namespace Holdfast.Rules.StoreManager;

/// <summary>Body of POST /api/v1/stores. Fields are nullable so that all that is missing can be told at once.</summary>
internal sealed record NewStore
{
    public string? Subtopic { get; init; }

    /// <summary>Position to collect from, unix seconds; as HA would choose it when left out.</summary>
    public long? StartTimestamp { get; init; }

    /// <summary>Overrides quotas and load; must be up, heard and free to take work. Chosen when left out.</summary>
    public string? Host { get; init; }

    /// <summary>Also past the threshold.</summary>
    public bool Force { get; init; }

    public string? Reason { get; init; }
}

/// <summary>
/// Body of PATCH /api/v1/stores/{name}/configuration: what it runs from now on; it is restarted. What is left out stays as it is.
/// </summary>
internal sealed record StoreConfiguration(IReadOnlyList<string>? Command, string? Reason)
{
    /// <summary>
    /// All of it: a JSON object of at most 64 KiB, in place of the one that there is; "***" as it was shown keeps that value.
    /// </summary>
    public JsonElement? Config { get; init; }
}

/// <summary>Body of PATCH /api/v1/stores/subtopics/{subtopic}. Null: the threshold of ha.config again.</summary>
internal sealed record SubtopicSettings(int? Threshold);

/// <summary>Checks what operators order for Stores. Pure.</summary>
internal static class OperationRules
{
    internal const int ThresholdMax = 1000;

    /// <summary>Positions may be a minute ahead of this clock.</summary>
    internal static readonly TimeSpan AheadMax = TimeSpan.FromMinutes(1);

    internal static Fault? Check(NewStore body)
    {
        var faults = new List<FieldFault>();
        if (string.IsNullOrEmpty(body.Subtopic))
        {
            faults.Add(new FieldFault("subtopic", body.Subtopic, "must be given"));
        }

        if (body.StartTimestamp < 0)
        {
            faults.Add(new FieldFault("startTimestamp", body.StartTimestamp, "must be unix seconds, 0 or more"));
        }

        if (body.Host is { Length: 0 })
        {
            faults.Add(new FieldFault("host", body.Host, "must be a host's id, or left out"));
        }

        faults.AddRange(Said(OperatorText.BadReason(body.Reason)));
        return faults.Count == 0 ? null : StoreFaults.Bad(faults);
    }

    /// <param name="body">The change.</param>
    /// <param name="stored">The configuration that it has; null: none.</param>
    internal static Fault? Check(StoreConfiguration body, string? stored)
    {
        var faults = new List<FieldFault>();
        if ((body.Command is not null || body.Config is null) && !OperatorText.IsCommand(body.Command))
        {
            faults.Add(new FieldFault(
                "command", body.Command is { } given ? string.Join(' ', given) : null, OperatorText.CommandRule));
        }

        if (body.Config is { } config && ComponentConfig.Broken(config) is { } broken)
        {
            // Nothing of the value is told: it may be a secret.
            faults.Add(new FieldFault(broken.Member.Length == 0 ? "config" : $"config.{broken.Member}",
                config.ValueKind == JsonValueKind.Object ? "not shown" : $"a JSON {config.ValueKind}", broken.Rule));
        }
        else if (body.Config is { } masked && ConfigMask.Restored(masked, stored).Member is { } member)
        {
            faults.Add(new FieldFault($"config.{member}", ConfigMask.Mask, ConfigMask.Rule));
        }

        faults.AddRange(Said(OperatorText.BadReason(body.Reason)));
        return faults.Count == 0 ? null : StoreFaults.Bad(faults);
    }

    /// <summary>With a command and a configuration of its own from now on.</summary>
    internal static Store Configured(SubtopicDocument subtopic, Store store, StoreConfiguration body)
    {
        var own = subtopic.AsItIs(store);
        return own with
        {
            Command = body.Command ?? own.Command,
            Config = body.Config is { } config ? ConfigMask.Restored(config, own.Config).Text ?? own.Config : own.Config,
        };
    }

    internal static Fault? Check(SubtopicSettings body, SubtopicDocument subtopic) => body.Threshold switch
    {
        null => null,
        < 1 or > ThresholdMax => StoreFaults.Bad(new FieldFault("threshold", body.Threshold, $"must be 1 to {ThresholdMax}, or null")),
        { } threshold when threshold < subtopic.StoreCount => StoreFaults.ThresholdBelow(subtopic.Subtopic, threshold, subtopic.StoreCount),
        _ => null,
    };

    /// <summary>Checks that sender and reason are text that people can read.</summary>
    internal static Fault? CheckWho(string? user, string? reason)
    {
        IReadOnlyList<FieldFault> faults = [.. Said(OperatorText.BadUser(user), OperatorText.BadReason(reason))];
        return faults.Count == 0 ? null : StoreFaults.Bad(faults);
    }

    /// <summary>A position that a consumer asks for, or a Store is to start from.</summary>
    internal static Fault? CheckPosition(string field, long position, SourceLog? source, DateTimeOffset now)
    {
        var latest = (now + AheadMax).ToUnixTimeSeconds();
        if (position < 0)
        {
            return StoreFaults.Bad(new FieldFault(field, position, "must be unix seconds, 0 or more"));
        }

        if (position > latest)
        {
            return StoreFaults.InTheFuture(position, latest);
        }

        return source?.RetentionSec is { } kept && position < now.ToUnixTimeSeconds() - kept
            ? StoreFaults.BeforeRetention(field, position, now.ToUnixTimeSeconds() - kept, kept)
            : null;
    }

    /// <summary>Names the reason why no Store can be added; null: one can.</summary>
    internal static Fault? CheckAdd(NewStore body, SubtopicDocument subtopic, StoreTerms terms) =>
        subtopic.Tasks.Count == 0 ? StoreFaults.Unneeded(subtopic.Subtopic)
        : !body.Force && StoreRules.IsFull(subtopic, terms)
            ? StoreFaults.Full(subtopic.Subtopic, subtopic.StoreCount, terms.Threshold(subtopic))
            : null;

    /// <summary>The ranges that there are, for whoever finds none.</summary>
    internal static string Ranges(IEnumerable<ObservedStore> stores)
    {
        var ranges = stores.Where(s => s.IsThere).Select(s => string.Create(CultureInfo.InvariantCulture,
            $"{s.Store.Name} ({s.Health}) holds {s.Begin} to {(object?)s.End ?? "?"}{Exactly(s.Exact)}"));
        var all = string.Join("; ", ranges);
        return all.Length == 0 ? "it has no Store" : all;
    }

    private static string Exactly(ExactRange? range) => range is { } held ? $" ({held.Begin} to {(object?)held.End ?? "?"})" : "";

    private static IEnumerable<FieldFault> Said(params IEnumerable<FieldFault?> found) => found.OfType<FieldFault>();
}
