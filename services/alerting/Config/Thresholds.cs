using Holdfast.Alerting.State;

namespace Holdfast.Alerting.Config;

/// <summary>
/// alarm.thresholds as they hold: the reference's defaults, version 0, until somebody changes them. A change is one
/// insert under the next version, so of two changes of one version one is refused, and none is lost from the history.
/// </summary>
internal sealed class Thresholds(IDocuments<ThresholdsVersion> versions, TimeProvider time)
{
    private static readonly ThresholdsChanged Defaults =
        new() { Version = 0, Thresholds = new AlertThresholds(), At = DateTimeOffset.UnixEpoch };

    private readonly Lock _gate = new();
    private volatile ThresholdsChanged? _current;

    /// <summary>The thresholds with their last change; nobody has changed them: version 0.</summary>
    internal sealed record Shown(int Version, string? By, DateTimeOffset? At, AlertThresholds Values)
    {
        /// <summary>Of a change: keys that mean nothing here and were passed over.</summary>
        internal IReadOnlyList<string> Ignored { get; init; } = [];
    }

    /// <summary>The thresholds that this replica knows; it asks the store when it knows none yet.</summary>
    internal async ValueTask<AlertThresholds> Current(CancellationToken cancel)
    {
        if (_current is null)
        {
            await Read(cancel);
        }

        return _current!.Thresholds;
    }

    /// <summary>Asks the store; what is published then.</summary>
    internal async Task<ThresholdsChanged> Read(CancellationToken cancel)
    {
        var newest = await Newest(cancel);
        Take(newest is null ? Defaults : new ThresholdsChanged { Version = newest.Version, Thresholds = newest.After, At = newest.At });
        return _current!;
    }

    /// <summary>Two readings may end in either order: the higher version holds.</summary>
    private void Take(ThresholdsChanged heard)
    {
        lock (_gate)
        {
            if (_current is null || heard.Version > _current.Version)
            {
                _current = heard;
            }
        }
    }

    /// <summary>The highest version, or null while the defaults hold.</summary>
    internal async Task<ThresholdsVersion?> Newest(CancellationToken cancel) =>
        (await versions.Query(History.Take(1), cancel)).Items is [var newest, ..] ? newest.Document : null;

    internal static DocumentQuery<ThresholdsVersion> History { get; } =
        DocumentQuery<ThresholdsVersion>.All.OrderBy(t => t.Version, descending: true);

    /// <summary>Merges, checks and stores; what holds then. What changes nothing makes no version.</summary>
    internal async Task<Outcome<Shown>> Change(System.Text.Json.JsonElement body, string by, CancellationToken cancel)
    {
        var newest = await Newest(cancel);
        var before = newest?.After ?? Defaults.Thresholds;
        var merged = ThresholdRules.Merge(before, body);
        if (merged.Fault is { } fault)
        {
            return fault;
        }

        var (after, from, ignored) = merged.Value!;
        var version = newest?.Version ?? 0;
        if (from is { } given && given != version)
        {
            return Faults.ThresholdsChanged(given, version);
        }

        if (ThresholdRules.Same(before, after))
        {
            return Show(newest) with { Ignored = ignored };
        }

        var next = new ThresholdsVersion
        {
            Version = version + 1, Before = before, After = after, By = by, At = AlertNormalizer.Micros(time.GetUtcNow()),
        };
        if (!await versions.Insert(next, cancel))
        {
            return Faults.ThresholdsChanged(version, version + 1);
        }

        Take(new ThresholdsChanged { Version = next.Version, Thresholds = next.After, At = next.At });
        return Show(next) with { Ignored = ignored };
    }

    internal static Shown Show(ThresholdsVersion? newest) => newest is null
        ? new Shown(0, null, null, Defaults.Thresholds)
        : new Shown(newest.Version, newest.By, newest.At, newest.After);
}
