namespace Holdfast.Rules.StoreManager;

/// <summary>Settings and facts by which a subtopic is judged.</summary>
/// <param name="Config">With its region's and its tasks' own values laid over it.</param>
/// <param name="Window">HA was off, the last time that it was; null: never since this is known.</param>
internal sealed record StoreTerms(HaConfig Config, HaWindow? Window)
{
    /// <summary>Its Stores may have felled hosts; null: they have not.</summary>
    public StoreSuspected? Suspected { get; init; }

    internal bool IsOn => Config is { Enable: true, EnableStore: true };

    internal int Threshold(SubtopicDocument subtopic) => subtopic.Threshold ?? Config.SubtopicStoreNumberThreshold;

    /// <summary>
    /// Several tasks share a subtopic. It is watched as soon as one of them is, and as carefully as the most careful of them wants (the
    /// longest cooldown, the lowest autonomy).
    /// </summary>
    internal static HaConfig ConfigFor(HaConfig config, HaConfig ofRegion, SubtopicDocument subtopic)
    {
        if (config.Tasks.Count == 0 || !subtopic.Tasks.Any(config.Tasks.ContainsKey))
        {
            return ofRegion;
        }

        var each = subtopic.Tasks.Select(t => config.ForTask(subtopic.Region, t)).ToList();
        return ofRegion with
        {
            Enable = each.Exists(c => c is { Enable: true, EnableStore: true }),
            EnableStore = each.Exists(c => c is { Enable: true, EnableStore: true }),
            CheckRequestIntervalSec = each.Max(c => c.CheckRequestIntervalSec),
            Autonomy = each.Min(c => c.Autonomy),
        };
    }
}

/// <summary>HA was switched off and on again: T1 and T2 of docs/reference/oms.md, Upgrade of a running installation.</summary>
internal sealed record HaWindow(DateTimeOffset Off, DateTimeOffset On)
{
    internal TimeSpan Length => On > Off ? On - Off : TimeSpan.Zero;

    /// <summary>A subtopic that has not run since HA is on again may have failed while it was off.</summary>
    internal bool Concerns(SubtopicView view) => !(view.RanUntil >= On.ToUnixTimeSeconds());
}
