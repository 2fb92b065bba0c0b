namespace Holdfast.Alerting.State;

/// <summary>
/// Alerts as they are stored. Every write is a compare-and-set that keeps to <see cref="SendingLife"/>, so any replica may do any
/// of it.
/// </summary>
internal sealed class AlertStore(IDocuments<Alert> alerts, TimeProvider time)
{
    /// <summary>Other writers are few: one that always loses this often means that something is wrong.</summary>
    internal const int RacesMax = 8;

    internal Task<Versioned<Alert>?> Find(string id, CancellationToken cancel) => alerts.Find(id, cancel);

    internal Task<IReadOnlyList<Versioned<Alert>?>> FindMany(IReadOnlyList<string> ids, CancellationToken cancel) =>
        alerts.FindMany(ids, cancel);

    /// <summary>The newest occurrence of each fingerprint, or null.</summary>
    internal async Task<Dictionary<string, Versioned<Alert>?>> Latest(IReadOnlyList<string> fingerprints, CancellationToken cancel)
    {
        var first = await alerts.FindMany([.. fingerprints.Select(fingerprint => Alert.IdOf(fingerprint, 1))], cancel);
        var later = await alerts.QueryMany(
            [.. fingerprints.Select(fingerprint => DocumentQuery<Alert>.All.Where(a => a.RecurrenceOf, Match.Equal, fingerprint)
                .OrderBy(a => a.Occurrence, descending: true).Take(1))],
            cancel);
        return fingerprints.Zip(later, first).ToDictionary(
            p => p.First, p => p.Second.Items is [var newest, ..] ? newest : p.Third, StringComparer.Ordinal);
    }

    /// <summary>Children of this alert that fire: how many, and the first of them by name.</summary>
    /// <param name="alert">As it is known.</param>
    /// <param name="at">When the attempt begins.</param>
    internal async Task<Children> ChildrenOf(Alert alert, DateTimeOffset at, CancellationToken cancel)
    {
        if (!Inhibition.MayBeParent(alert) || Grouping.IsAlone(alert, at))
        {
            return Children.None;
        }

        var children = DocumentQuery<Alert>.All.Where(a => a.Parent, Match.Equal, alert.Id)
            .Where(a => a.Condition, Match.Equal, AlertCondition.Firing).Take(Children.NamedMax);
        var named = (await alerts.Query(children, cancel)).Items;
        var count = named.Count < Children.NamedMax ? named.Count : await alerts.Count(children, cancel);
        return new Children(count, [.. named.Select(c => Inhibition.Name(c.Document))]);
    }

    /// <summary>One commit. Of each whether it is written: false when somebody else was there first.</summary>
    /// <param name="changes">Before null: a new alert.</param>
    internal Task<IReadOnlyList<bool>> WriteMany(
        IReadOnlyList<(Versioned<Alert>? Before, Alert After)> changes, CancellationToken cancel) => alerts.ChangeMany(
            [.. changes.Select(c => c.Before is { } before
                ? new Change<Alert>(SendingLife.Next(before.Document, c.After), before.Version) : new Change<Alert>(c.After, null))],
            cancel);

    internal Task<bool> Replace(Versioned<Alert> before, Alert after, CancellationToken cancel) =>
        alerts.Replace(SendingLife.Next(before.Document, after), before.Version, cancel);

    /// <summary>Compare-and-set until it is written, or others always came first.</summary>
    /// <param name="change">The later state; the same instance: leave it as it is.</param>
    internal async Task Change(string id, Func<Alert, DateTimeOffset, Alert> change, CancellationToken cancel)
    {
        for (var races = 0; races < RacesMax && await alerts.Find(id, cancel) is { } found; races++)
        {
            var changed = change(found.Document, AlertNormalizer.Micros(time.GetUtcNow()));
            if (ReferenceEquals(changed, found.Document) || await Replace(found, changed, cancel))
            {
                return;
            }
        }
    }
}
