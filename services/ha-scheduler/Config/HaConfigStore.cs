using Holdfast.HaScheduler.State;
using Holdfast.Platform;
using Holdfast.Platform.State;
using Holdfast.Rules.HaScheduler.Config;
using Microsoft.Extensions.Logging;

namespace Holdfast.HaScheduler.Config;

/// <summary>ha.config as this replica last read it.</summary>
/// <param name="Document">Null: the profile's values, which nobody has changed yet.</param>
/// <param name="Revision">Version that a compare-and-set of the document must name; 0 when there is none.</param>
internal sealed record HeldConfig(HaConfig Config, HaConfigDocument? Document, long Revision)
{
    /// <summary>Grows by 1 with every change; 0: the profile's values.</summary>
    internal int Version => Document?.Version ?? 0;
}

/// <summary>
/// ha.config: the profile's values until somebody changes them. Read again now and then, so that each replica has what any of them
/// changed. The history's entry of a change is written by whoever first finds that it is missing, and before the next change at the
/// latest. So no crash and no race loses an entry.
/// </summary>
internal sealed partial class HaConfigStore(
    IDocuments<HaConfigDocument> documents, IDocuments<HaConfigChange> history, Settings settings, TimeProvider time,
    ILogger<HaConfigStore> logger)
{
    private readonly Lock _gate = new();
    private volatile HeldConfig _held = new(settings.Profile.Ha, null, 0);

    /// <summary>The version up to which the history is known to be whole.</summary>
    private volatile int _recorded;

    internal HeldConfig Held => _held;

    internal HaConfig Current => _held.Config;

    /// <summary>The profile's; no configuration changes it.</summary>
    internal TimeSpan HeartbeatInterval => settings.Profile.HeartbeatInterval;

    internal int Version => _held.Version;

    /// <summary>Reads the configuration from the store; it holds from here on.</summary>
    internal async Task<HeldConfig> Load(CancellationToken cancel)
    {
        if (await documents.Find(HaConfigDocument.CurrentId, cancel) is { } found)
        {
            var read = new HeldConfig(found.Document.Config, found.Document, found.Version);
            Hold(read);
            await Record(read, cancel);
        }

        return _held;
    }

    /// <summary>Merges a change without storing anything.</summary>
    internal Outcome<MergedConfig> Merge(HeldConfig before, JsonObject change) =>
        HaConfigMerge.Merge(before.Config, change, settings.Profile);

    /// <summary>False when that is not what holds any more: somebody else changed it meanwhile.</summary>
    /// <param name="before">The configuration from which <paramref name="config"/> was made.</param>
    internal async Task<bool> Change(HeldConfig before, HaConfig config, string by, string? reason, CancellationToken cancel)
    {
        await Record(before, cancel);
        var after = new HaConfigDocument
        {
            Id = HaConfigDocument.CurrentId,
            Config = config,
            Version = before.Version + 1,
            By = by,
            At = time.GetUtcNow(),
            Reason = reason,
            Before = before.Config,
        };
        var changed = before.Document is null
            ? await documents.Insert(after, cancel)
            : await documents.Replace(after, before.Revision, cancel);
        if (changed)
        {
            Hold(new HeldConfig(config, after, before.Revision + 1));
        }

        return changed;
    }

    /// <summary>Changes, newest first, of versions below <paramref name="below"/>.</summary>
    internal async Task<IReadOnlyList<HaConfigChange>> History(int below, int limit, CancellationToken cancel)
    {
        await Load(cancel);
        var page = await history.Query(
            DocumentQuery<HaConfigChange>.All.Where(c => c.Version, Match.Less, below)
                .OrderBy(c => c.Version, descending: true).Take(limit), cancel);
        return [.. page.Items.Select(i => i.Document)];
    }

    /// <summary>A read that was overtaken by a later one is no step back.</summary>
    private void Hold(HeldConfig read)
    {
        HeldConfig before;
        lock (_gate)
        {
            before = _held;
            if (read.Version <= before.Version)
            {
                return;
            }

            _held = read;
        }

        var broken = string.Join(" ", HaConfigRules.Check(read.Config, settings.Profile).Select(f => $"{f.Field} {f.Value} {f.Rule}."));
        LogHolds(read.Version, read.Document!.By, read.Document.At);
        if (broken.Length > 0)
        {
            LogBroken(read.Version, broken);
        }
    }

    private async Task Record(HeldConfig held, CancellationToken cancel)
    {
        if (held.Document is { } document && document.Version > _recorded)
        {
            await history.Insert(HaConfigChange.Of(document), cancel);
            _recorded = Math.Max(_recorded, document.Version);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "ha.config version {Version} holds, by {By} at {At:O}")]
    private partial void LogHolds(int version, string by, DateTimeOffset at);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "ha.config version {Version} was made under another profile and breaks rules of this one; change it: {Rules}")]
    private partial void LogBroken(int version, string rules);
}
