namespace Holdfast.Engine.Postgres.Source;

/// <summary>The settings by which a source is read.</summary>
public sealed record PostgresSourceOptions
{
    /// <summary>A sign of life after so much quiet.</summary>
    public TimeSpan AliveEvery { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// The server's log keeps what was committed within this time, also when all readers have it: one may begin in the past.
    /// </summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromHours(1);

    /// <summary>A slot that an earlier life of the reader still holds is waited for so long.</summary>
    public TimeSpan SlotWait { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Approximate bytes of a part of a transaction.</summary>
    public int PartBytes { get; init; } = 256 * 1024;
}
