using Holdfast.Fleet;
using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.Leaders;
using Holdfast.HaScheduler.Publishing;
using Holdfast.Rules.HaScheduler.Findings;

namespace Holdfast.HaScheduler.Pass;

/// <summary>
/// Says what is so until those whom it concerns have acted on it: placements until a report shows them, Down hosts while
/// they are Down. Level-triggered: a lost message is only late.
/// </summary>
internal sealed class StatePublisher(
    LeaderView cluster, LivenessFeed feed, PlacementPublisher placements, Publisher publisher, TimeProvider time)
{
    private readonly RepublishLedger<(string Component, string Host, long Epoch, long Revision)> _placements = new(TimeSpan.FromSeconds(5));
    private readonly RepublishLedger<(string Component, string Host, long Epoch)> _removals = new(TimeSpan.FromSeconds(5));
    private (long Changes, ILookup<string, string> Tasks) _onHosts = (-1, Array.Empty<string>().ToLookup(t => t, StringComparer.Ordinal));
    private readonly RepublishLedger<(string Incident, string Host)> _hosts = new(TimeSpan.FromSeconds(60));

    internal async Task Say(CancellationToken cancel)
    {
        var due = new List<PlacementToSay>();
        foreach (var registration in cluster.Components.AllVersioned.Where(r => !IsSettled(r.Document)))
        {
            await AddDue(registration, due, cancel);
        }

        await placements.Say(due, cancel);

        foreach (var host in cluster.Hosts.All.Where(h => h.State == HostState.Down && h.Incident is not null))
        {
            await SayDown(host, cancel);
        }
    }

    /// <summary>Tells of claims of a host's id that were refused since the last pass.</summary>
    internal async Task SayConflicts(CancellationToken cancel)
    {
        foreach (var conflict in feed.TakeConflicts().Where(c => feed.Fleet.Find(c.Host) is not { } host || cluster.Covers(host.Region)))
        {
            await publisher.Publish(HostAlerts.Conflict(conflict, feed.Fleet.Find(conflict.Host)?.Region ?? ""), null, cancel);
        }
    }

    /// <summary>True when it runs as placed and nothing is left at its former places: nothing is to be published about it.</summary>
    private bool IsSettled(Registration registration) => registration.Former.Count == 0 && IsWhereItShould(registration);

    private bool IsWhereItShould(Registration registration) =>
        registration is not { Host: { } host, Name: { } name } || registration.Desired == DesiredState.Absent
        || Acknowledgement.IsInPlace(feed.Fleet.Find(host), name, registration.Epoch, registration.Told);

    private async Task AddDue(Platform.State.Versioned<Registration> versioned, List<PlacementToSay> due, CancellationToken cancel)
    {
        var registration = versioned.Document;
        foreach (var former in registration.Former)
        {
            await AddRemoval(registration, former, versioned.Version, due, cancel);
        }

        if (registration is not { Host: { } host, Name: { } name } || IsWhereItShould(registration))
        {
            return;
        }

        var key = (name, host, registration.Epoch, versioned.Version);
        if (!_placements.IsDue(key, feed.Elapsed) || SaidToSilentHost(key, host))
        {
            return;
        }

        if (registration.ConfigDigest is not null && ConfigOf(registration) is null)
        {
            return; // its task has another one by now, which the next pass gives it
        }

        due.Add(new PlacementToSay(Placed(registration, name, host, registration.Told, versioned.Version), registration.Incident,
            () => _placements.Said(key, feed.Elapsed)));
    }

    /// <summary>A host that is Down hears nothing; once is enough for the list that waits for it.</summary>
    private bool SaidToSilentHost((string, string, long, long) key, string host) =>
        _placements.WasSaid(key) && cluster.Hosts.Find(host)?.State == HostState.Down;

    private async Task AddRemoval(
        Registration registration, FormerPlace former, long revision, List<PlacementToSay> due, CancellationToken cancel)
    {
        var key = (former.Name, former.Host, former.Epoch);
        var isDown = cluster.Hosts.Find(former.Host)?.State == HostState.Down;
        // A host that was last heard before may not have begun with what it is to be rid of: it knows nothing of it, and will.
        if (_removals.SaidAt(key) is { } said && feed.HeardSince(former.Host, said) && !isDown
            && Acknowledgement.IsGone(feed.Fleet.Find(former.Host), former.Name))
        {
            await cluster.Components.Change(registration.Id,
                r => r with { Former = [.. r.Former.Where(f => f != former)] }, cancel);
            _removals.Forget(key);
            return;
        }

        if (_removals.IsDue(key, feed.Elapsed) && !(isDown && _removals.WasSaid(key)))
        {
            due.Add(new PlacementToSay(
                Placed(registration with { Epoch = former.Epoch }, former.Name, former.Host, DesiredState.Absent, revision),
                registration.Incident, () => _removals.Said(key, feed.Elapsed)));
        }
    }

    private ComponentPlaced Placed(Registration registration, string name, string host, DesiredState desired, long revision) => new()
    {
        Component = name,
        Host = host,
        Region = registration.Region,
        Kind = registration.Kind,
        Epoch = registration.Epoch,
        Revision = revision,
        Desired = desired,
        Command = desired == DesiredState.Absent ? [] : registration.Command,
        Config = desired == DesiredState.Absent ? null : ConfigOf(registration),
        Task = registration.Task,
        Incident = registration.Incident,
        StartTimestamp = cluster.Tasks.Find(registration.Task)?.StartTimestamp,
        At = time.GetUtcNow(),
    };

    /// <summary>The one that it was registered with; null: there is none, or its task has another one.</summary>
    private string? ConfigOf(Registration registration) =>
        cluster.Tasks.Find(registration.Task)?.Placed.FirstOrDefault(p => p.Kind == registration.Kind).Component?.Config is { } text
        && ComponentConfig.DigestOf(text) == registration.ConfigDigest ? text : null;

    private async Task SayDown(HostVerdict host, CancellationToken cancel)
    {
        // An IDC that is lost is one incident of many hosts: each of them is told.
        var key = (host.Incident!, host.Host);
        if (!_hosts.IsDue(key, feed.Elapsed))
        {
            return;
        }

        await publisher.Publish(
            new HostDown
            {
                Host = host.Host,
                Region = host.Region,
                Idc = host.Idc,
                Address = host.Address,
                Incarnation = host.Incarnation,
                Incident = host.Incident!,
                SilenceSeconds = host.SilenceSeconds,
                At = host.Since,
            },
            host.Incident, cancel);
        var alert = HostAlerts.Down(host, time.GetUtcNow(), feed.Refused().GetValueOrDefault(host.Host));
        await publisher.Publish(alert with { TaskTags = TagsOn(host.Host) }, host.Incident, cancel);
        _hosts.Said(key, feed.Elapsed);
    }

    /// <summary>Tags of the tasks that a host works for, or worked for until just now.</summary>
    private IReadOnlyList<string>? TagsOn(string host)
    {
        var changes = cluster.Components.Changes;
        if (_onHosts.Changes != changes)
        {
            _onHosts = (changes, cluster.Components.All
                .SelectMany(c => c.Former.Select(f => f.Host).Append(c.Host).OfType<string>().Select(h => (Host: h, c.Task)))
                .ToLookup(c => c.Host, c => c.Task, StringComparer.Ordinal));
        }

        return TaskWords.TagsOf(_onHosts.Tasks[host].Select(cluster.Tasks.Find));
    }
}
