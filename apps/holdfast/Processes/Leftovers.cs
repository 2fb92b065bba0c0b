namespace Holdfast.App.Processes;

/// <summary>
/// Processes of this data directory's runs, found by a variable that every child and its children inherit. Only the
/// holder of the directory's <see cref="RunLock"/> may look: everything it finds and does not own is left over.
/// </summary>
internal static class Leftovers
{
    internal const string Mark = "HOLDFAST_RUN_DATA";

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    /// <summary>A process that does not end within this time after SIGKILL is stuck in the kernel.</summary>
    private static readonly TimeSpan KillMax = TimeSpan.FromSeconds(5);

    /// <summary>Waits for them to end by themselves, then kills; returns how many had to be killed.</summary>
    internal static async Task<int> End(string dataDirectory, TimeSpan grace, TimeProvider time,
        CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        var killed = new HashSet<ProcessMark>();
        while (Find(dataDirectory) is { Count: > 0 } left)
        {
            if (time.GetElapsedTime(started) >= grace)
            {
                killed.UnionWith(left.Where(process => process.Send(Signal.Kill)));
            }

            if (time.GetElapsedTime(started) >= grace + KillMax)
            {
                break;
            }

            await Task.Delay(Poll, time, cancel);
        }

        return killed.Count;
    }

    internal static IReadOnlyList<ProcessMark> Find(string dataDirectory)
    {
        var wanted = Encoding.UTF8.GetBytes($"{Mark}={dataDirectory}\0");
        return
        [
            .. Directory.EnumerateDirectories("/proc")
                .Select(directory => int.TryParse(Path.GetFileName(directory), NumberStyles.None,
                    CultureInfo.InvariantCulture, out var pid) ? pid : 0)
                .Where(pid => pid != 0 && pid != Environment.ProcessId && Environ(pid).AsSpan().IndexOf(wanted) >= 0)
                .Select(ProcessMark.Of)
                .OfType<ProcessMark>(),
        ];
    }

    /// <summary>Empty for processes that are gone or another user's: neither is ours.</summary>
    private static byte[] Environ(int pid)
    {
        try
        {
            return File.ReadAllBytes($"/proc/{pid}/environ");
        }
        catch (Exception notOurs) when (notOurs is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
