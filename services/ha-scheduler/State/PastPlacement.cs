using Holdfast.Platform.State;

namespace Holdfast.HaScheduler.State;

/// <summary>
/// The last epoch and number of a component that is registered no more. A task's id may be used again, and sinks remember the epochs of
/// all lives. So the next component of the same id goes on above them, and HA leaves it alone for as long. Kept for good, a few bytes
/// each. Key: id.
/// </summary>
/// <param name="Id">The registration's.</param>
/// <param name="Seq">Number in its name: no two placements have one name.</param>
internal sealed record PastPlacement(string Id, long Epoch, long Seq)
{
    /// <summary>The last HA operation on it: whoever deletes a task and makes it anew does not end its cooldown; null: none.</summary>
    public DateTimeOffset? OperatedAt { get; init; }

    internal static PastPlacement Of(Registration component) =>
        new(component.Id, component.Epoch, component.Seq) { OperatedAt = component.OperatedAt };

    /// <summary>The one of both that goes further in each.</summary>
    internal PastPlacement With(PastPlacement other) => this with
    {
        Epoch = Math.Max(Epoch, other.Epoch),
        Seq = Math.Max(Seq, other.Seq),
        OperatedAt = OperatedAt > other.OperatedAt || other.OperatedAt is null ? OperatedAt : other.OperatedAt,
    };

    /// <summary>
    /// For a component that an earlier version forgot: no epoch in use comes near the seconds since 1970, because each
    /// placement and each restart takes longer than a second.
    /// </summary>
    internal static PastPlacement Above(string id, DateTimeOffset seen) => new(id, seen.ToUnixTimeSeconds(), seen.ToUnixTimeSeconds());

    /// <summary>Keeps it, unless what is kept goes further already.</summary>
    internal static async Task Keep(IDocuments<PastPlacement> documents, PastPlacement past, CancellationToken cancel)
    {
        while (!await documents.Insert(past, cancel))
        {
            if (await documents.Find(past.Id, cancel) is { } known
                && (known.Document.With(past) is var both && both == known.Document
                    || await documents.Replace(both, known.Version, cancel)))
            {
                return;
            }
        }
    }
}
