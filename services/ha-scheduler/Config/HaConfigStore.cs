using Holdfast.Contracts;
using Holdfast.Platform;
using Holdfast.Platform.State;

namespace Holdfast.HaScheduler;

/// <summary>One state of ha.config, kept with who, when and what it was before. Key: id; the current one is <c>current</c>.</summary>
internal sealed record HaConfigDocument
{
    internal const string CurrentId = "current";

    public required string Id { get; init; }
    public required HaConfig Config { get; init; }
    public required int Version { get; init; }
    public required string By { get; init; }
    public required DateTimeOffset At { get; init; }
    public HaConfig? Before { get; init; }

    internal static Collection<HaConfigDocument> Collection { get; } =
        new Collection<HaConfigDocument>("ha-scheduler.config", 1, c => c.Id);
}

/// <summary>ha.config: the profile's values until somebody changes them; a change holds from the next pass.</summary>
internal sealed class HaConfigStore(IDocuments<HaConfigDocument> documents, Settings settings, TimeProvider time)
{
    private HaConfigDocument? _current;

    /// <summary>What holds now. Lease, grace and drift are the process's own: they are fixed when it starts.</summary>
    internal HaConfig Current => (_current?.Config ?? settings.Profile.Ha) with
    {
        LeaseSec = settings.Profile.Ha.LeaseSec,
        KillGraceSec = settings.Profile.Ha.KillGraceSec,
        ClockDriftSec = settings.Profile.Ha.ClockDriftSec,
    };

    internal int Version => _current?.Version ?? 0;

    internal async Task Load(CancellationToken cancel) =>
        _current = (await documents.Find(HaConfigDocument.CurrentId, cancel))?.Document;

    /// <summary>False when somebody else changed it meanwhile.</summary>
    internal async Task<bool> Change(HaConfig config, string by, CancellationToken cancel)
    {
        var found = await documents.Find(HaConfigDocument.CurrentId, cancel);
        if ((found?.Document.Version ?? 0) != Version)
        {
            // What was merged into is not what holds: the change would undo somebody else's.
            _current = found?.Document;
            return false;
        }

        var after = new HaConfigDocument
        {
            Id = HaConfigDocument.CurrentId,
            Config = config,
            Version = (found?.Document.Version ?? 0) + 1,
            By = by,
            At = time.GetUtcNow(),
            Before = Current,
        };
        var changed = found is { } before
            ? await documents.Replace(after, before.Version, cancel)
            : await documents.Insert(after, cancel);
        if (changed)
        {
            _current = after;
            await documents.Insert(after with { Id = $"v{after.Version:d6}" }, cancel);
        }

        return changed;
    }
}
