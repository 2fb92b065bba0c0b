namespace Holdfast.Rules.HaScheduler.Model;

/// <summary>A Store as the store manager placed it: a copy for lists. Key: store.</summary>
internal sealed record StorePlace(StorePlaced Placed)
{
    /// <summary>Time at which it was placed or ordered to run, as far as is known.</summary>
    public DateTimeOffset? CameAt { get; init; }

    /// <summary>Suspicion against its subtopic; the newest Store's counts.</summary>
    public Suspicion? Suspicion { get; init; }

    /// <summary>As the store manager says it now.</summary>
    internal StorePlace Next(StorePlaced placed) => this with
    {
        Placed = placed,
        CameAt = placed.Desired == DesiredState.Running && Placed.Desired != DesiredState.Running ? placed.At : CameAt,
    };
}
