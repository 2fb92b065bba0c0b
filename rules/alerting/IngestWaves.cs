namespace Holdfast.Rules.Alerting;

/// <summary>A message that raises or resolves an alert, within limits, on its way through the pipeline.</summary>
/// <param name="Raised">The message, normalised.</param>
/// <param name="TraceParent">W3C trace context of the message.</param>
internal sealed record IncomingAlert(AlertRaised Raised, string? TraceParent)
{
    /// <summary>Fingerprint of the alert.</summary>
    internal string Fingerprint { get; } = Alert.FingerprintOf(Raised.Event, Raised.Target);

    /// <summary>Fingerprint of the alert that it may follow from, or null.</summary>
    internal string? Parent { get; } = Inhibition.ParentOf(Raised);

    internal IEnumerable<string> Fingerprints => Parent is null ? [Fingerprint] : [Fingerprint, Parent];
}

/// <summary>
/// Messages that came together, in steps that can each be written as one: of one condition one after the other, and what follows
/// from a Down host after that host. Pure.
/// </summary>
internal static class IngestWaves
{
    /// <summary>Written in one step: more would make others wait too long for their turn.</summary>
    internal const int StepMax = 256;

    /// <summary>Places in the list, step after step.</summary>
    internal static IEnumerable<IReadOnlyList<int>> Of(IReadOnlyList<IncomingAlert> incoming)
    {
        var left = Enumerable.Range(0, incoming.Count).ToList();
        while (left.Count > 0)
        {
            var (wave, later, taken) = (new List<int>(), new List<int>(), new HashSet<string>(StringComparer.Ordinal));
            foreach (var at in left)
            {
                var isFree = taken.Add(incoming[at].Fingerprint);
                var follows = incoming[at].Parent is { } parent && taken.Contains(parent);
                (isFree && !follows && wave.Count < StepMax ? wave : later).Add(at);
            }

            yield return wave;
            left = later;
        }
    }
}
