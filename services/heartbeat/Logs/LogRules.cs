using Holdfast.Heartbeat.Registry;
using Holdfast.Heartbeat.State;

namespace Holdfast.Heartbeat.Logs;

/// <summary>Decides which host has a log, whether it can be asked for, and whether an answer can be shown. Pure.</summary>
internal static class LogRules
{
    private const int OutputsMax = 4;
    private const int NameLengthMax = 64;
    private const int ErrorLengthMax = 500;
    private const string BreaksLimits = "its supervisor's answer breaks the limits of a log";

    /// <summary>
    /// The host of a component, and its name there: where it is placed; of one that is placed nowhere any more, where it was last, if that
    /// is remembered. The component is named as people do: by its name there, its id, a name that it had, or its task's id.
    /// </summary>
    /// <param name="on">Only what this host has, or had; null: any.</param>
    internal static (string Host, string Name)? Find(IEnumerable<DesiredRow> lists, string component, bool isStore, string? on = null) =>
        lists
        .Where(row => on is null || row.Host == on)
        .SelectMany(row => row.Entries, (row, entry) => (row.Host, Entry: entry, Likeness: Likeness(entry, component)))
        .Where(at => at.Likeness > 0 && (!isStore || IsStore(at.Entry)))
        .OrderByDescending(at => at.Likeness)
        .ThenByDescending(at => at.Entry.Component is not null)
        .ThenByDescending(at => at.Entry.Epoch)
        .ThenByDescending(at => at.Entry.At)
        .Select(at => ((string, string)?)(at.Host, at.Entry.Name))
        .FirstOrDefault();

    /// <summary>3: it has that name; 2: it is the same component; 1: it is the Incr-Sync of that task; 0: it is another one.</summary>
    private static int Likeness(DesiredEntry entry, string given) =>
        entry.Name == given ? 3
        : ComponentName.IdIn(entry.Name) is var id && id != entry.Name && id == ComponentName.IdIn(given) ? 2
        : entry.Component is { Kind: ComponentKind.IncrSync, Task: { } task } && task == (ComponentName.TaskIn(given) ?? given) ? 1
        : 0;

    private static bool IsStore(DesiredEntry entry) => entry.IsRemovedStore || entry.Component is { Kind: ComponentKind.Store };

    /// <summary>Reason for which asking the host leads to nothing; null: it is asked.</summary>
    internal static Fault? WhyNot(string host, in LogSigns signs) => signs switch
    {
        { Peers: false, Silence: null } => LogFaults.Silent(host, null),
        { Peers: false, Silence: { } silence } when silence >= signs.Lease => LogFaults.Silent(host, silence),
        { ServesLogs: false } => LogFaults.TooOld(host),
        _ => null,
    };

    /// <summary>Reason for which there is nothing to show; null: the outputs are.</summary>
    internal static Fault? WhyNot(LogRow asked, LogTail tail) => tail switch
    {
        { Error: { } error } => LogFaults.Unreadable(asked.Host, Cut(error)),
        _ when !Fits(tail) => LogFaults.Unreadable(asked.Host, BreaksLimits),
        { Outputs.Count: 0 } => LogFaults.NoLog(asked.Host, asked.Component),
        _ => null,
    };

    private static string Cut(string error) => error.Length <= ErrorLengthMax ? error : error[..ErrorLengthMax];

    /// <summary>The answer as it may stand in the store: of one that is too large only the word that it is.</summary>
    internal static LogTail Bounded(LogTail tail) => Fits(tail) && tail.Error is not { Length: > ErrorLengthMax }
        ? tail
        : new LogTail { Id = tail.Id, Outputs = [], Error = tail.Error is { } error ? Cut(error) : BreaksLimits };

    /// <summary>
    /// A report is not refused for the log that it carries, whatever that is: the host would lose its lease. So it is looked at
    /// here.
    /// </summary>
    private static bool Fits(LogTail tail) =>
        tail.Outputs is { Count: <= OutputsMax } outputs
        && outputs.All(o => o is { Name.Length: > 0 and <= NameLengthMax, Lines.Count: <= LogTail.LinesMax }
            && o.Lines.All(l => l is not null))
        && outputs.Sum(o => o.Lines.Sum(l => (long)l.Length + 1)) <= LogTail.BytesMax;
}
