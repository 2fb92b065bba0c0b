namespace Holdfast.Fleet;

/// <summary>
/// A Store whose host lives and has not heard from the Store itself. The store manager acts on it, the scheduler lists and counts it, and
/// both call it Abnormal from the same second on. Pure.
/// </summary>
public static class StoreSilence
{
    /// <param name="report">As its host says; null: its host does not list it.</param>
    /// <param name="longest">ha.config's checkModuleExceptionIntervalSec.</param>
    public static bool IsTooLong(ComponentReport? report, TimeSpan longest) => report?.SilentSeconds > longest.TotalSeconds;

    /// <summary>The reason, as a part of a sentence.</summary>
    public static string Because(long seconds) =>
        $"its status has not changed for {seconds} s, longer than checkModuleExceptionIntervalSec";
}
