namespace Holdfast.HaScheduler.State;

/// <summary>The lease of a region: its holder alone judges and moves there. Key: region.</summary>
internal sealed record LeaderDocument
{
    public required string Region { get; init; }

    /// <summary>One life of one replica.</summary>
    public required string Holder { get; init; }

    /// <summary>One more with every change of the holder.</summary>
    public required long Epoch { get; init; }

    /// <summary>One more with every renewal: who sees it grow knows that the holder lives.</summary>
    public required long Renewal { get; init; }

    /// <summary>The holder has left in good order: the next one need not wait.</summary>
    public bool Released { get; init; }

    /// <summary>Seconds that the lease holds without a renewal, by the holder's settings.</summary>
    public required double TtlSeconds { get; init; }

    /// <summary>Time at which the holder took it, by its wall clock: for people.</summary>
    public required DateTimeOffset Since { get; init; }
}
