namespace Holdfast.Engine.Progress;

/// <summary>
/// Decides who may write for a task, by the newest epoch that the task's sink has heard of. Each life of a task first raises that number at
/// the sink, then reads it in each of its transactions. So nobody writes beside a newer life.
/// </summary>
public static class EpochFence
{
    /// <summary>A newer epoch writes: this one is of the past.</summary>
    /// <param name="stored">As the sink has it; null: it has none of the task.</param>
    /// <param name="epoch">Epoch of the caller.</param>
    public static bool IsPast(long? stored, long epoch) => stored > epoch;

    /// <summary>The sink does not know what this epoch has raised the fence to: it is another one, or an older copy of itself.</summary>
    /// <param name="stored">As the sink has it.</param>
    /// <param name="epoch">Epoch of the caller.</param>
    public static bool IsLost(long? stored, long epoch) => stored is null || stored < epoch;
}
