namespace Holdfast.Engine.Progress;

/// <summary>
/// Who may write for a task: the newest epoch that its sink has heard of. The sink keeps that number, raises it before a life of
/// the task does anything else, and reads it in each transaction, so that nobody writes beside a newer one.
/// </summary>
public static class EpochFence
{
    /// <summary>A newer epoch writes: this one is of the past.</summary>
    /// <param name="stored">As the sink has it; null: it has none of the task.</param>
    /// <param name="epoch">Of who asks.</param>
    public static bool IsPast(long? stored, long epoch) => stored > epoch;

    /// <summary>The sink does not know what this epoch has raised the fence to: it is another one, or an older copy of itself.</summary>
    /// <param name="stored">As the sink has it.</param>
    /// <param name="epoch">Of who asks.</param>
    public static bool IsLost(long? stored, long epoch) => stored is null || stored < epoch;
}
