using System.Diagnostics;

namespace Holdfast.App.Processes;

/// <summary>SIGTERM, or what else a program takes for it, and SIGKILL for what has not ended within the limit.</summary>
internal static class Ending
{
    internal static async Task End(
        IReadOnlyCollection<Process> processes, TimeSpan grace, TimeProvider time, Signal signal = Signal.Term)
    {
        var marks = processes.Where(p => !p.HasExited).Select(p => ProcessMark.Of(p.Id)).OfType<ProcessMark>().ToList();
        foreach (var mark in marks)
        {
            mark.Send(signal);
            // A stopped process hears SIGTERM only when it goes on.
            mark.Send(Signal.Cont);
        }

        var all = Task.WhenAll(processes.Select(p => p.WaitForExitAsync(CancellationToken.None)));
        try
        {
            await all.WaitAsync(grace, time, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            marks.ForEach(mark => mark.Send(Signal.Kill));
            await all;
        }
    }
}
