using Holdfast.Alerting.Deliver;

namespace Holdfast.Alerting.Silences;

/// <summary>The silences that people made. None is deleted before the alerts that it covered are.</summary>
internal sealed class SilenceDirectory(IDocuments<Silence> silences, TimeProvider time)
{
    /// <summary>Those that have not ended, or all that are kept, the last to end first.</summary>
    internal DocumentQuery<Silence> List(bool ended)
    {
        var all = DocumentQuery<Silence>.All.OrderBy(s => s.EndsAt, descending: true);
        return ended ? all : all.Where(s => s.EndsAt, Match.Greater, AlertNormalizer.Micros(time.GetUtcNow()));
    }

    internal async Task<Outcome<Silence>> Find(string id, CancellationToken cancel) =>
        await silences.Find(id, cancel) is { } found ? found.Document : Faults.UnknownSilence(id);

    internal async Task<Outcome<Silence>> Create(SilenceRequest asked, CancellationToken cancel)
    {
        var now = AlertNormalizer.Micros(time.GetUtcNow());
        if (Silencing.Broken(asked, now) is { Count: > 0 } faults)
        {
            return Faults.Silence(faults);
        }

        if (await silences.Count(List(ended: false), cancel) >= Silencing.SilencesMax)
        {
            return Faults.TooManySilences(Silencing.SilencesMax);
        }

        await Forget(now, cancel);
        var silence = new Silence
        {
            Id = Guid.CreateVersion7(now).ToString("N"),
            Matcher = asked.Matcher,
            Reason = asked.Reason.Trim(),
            Owner = asked.Owner.Trim(),
            CreatedAt = now,
            StartsAt = AlertNormalizer.Micros(asked.StartsAt ?? now),
            EndsAt = AlertNormalizer.Micros(asked.EndsAt!.Value),
        };
        await silences.Insert(silence, cancel);
        return silence;
    }

    /// <summary>Ends it now; what it covered and still fires is delivered within a minute.</summary>
    internal async Task<Outcome<Silence>> End(string id, CancellationToken cancel)
    {
        if (await silences.Find(id, cancel) is not { } found)
        {
            return Faults.UnknownSilence(id);
        }

        var now = AlertNormalizer.Micros(time.GetUtcNow());
        if (found.Document.EndsAt <= now)
        {
            return found.Document;
        }

        var ended = found.Document with { EndsAt = now, EndedEarly = true };
        return await silences.Replace(ended, found.Version, cancel) ? ended : Faults.SilenceChanged(id);
    }

    private Task<int> Forget(DateTimeOffset now, CancellationToken cancel) => silences.DeleteMany(
        DocumentQuery<Silence>.All.Where(s => s.EndsAt, Match.Less, AlertNormalizer.Micros(now - AlertSweep.Kept)), cancel);
}
