using Holdfast.Supervisor.Machine;
using Holdfast.Supervisor.Setup;
using Microsoft.Extensions.Logging;

namespace Holdfast.Supervisor.Cleanup;

/// <summary>Ends, before anything runs, all processes that are left of this supervisor's earlier life.</summary>
internal sealed partial class Leftovers(WorkDirectory work, Cgroups cgroups, TimeProvider clock, ILogger<Leftovers> log)
{
    private readonly ILogger _log = log;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>The time after which somebody must look; it goes on trying all the same.</summary>
    private static readonly TimeSpan PatienceMax = TimeSpan.FromSeconds(10);

    /// <summary>Kills until nobody is left; true when that is certain, false when the inventory could not be read.</summary>
    public async Task<bool> EndAsync(CancellationToken stop)
    {
        var known = new Inventory(work.Inventory).Leftovers(ProcTable.BootId());
        if (known is null)
        {
            InventoryUnreadable(Codes.InventoryUnreadable, work.Path);
        }

        var leaders = (known ?? []).Concat(cgroups.Existing().Select(c => new Leader("", 0, 0, "", c))).ToList();
        var (since, patience) = (BootTime.Now(clock), new Patience(clock));
        var (complained, first) = (false, true);
        while (Families.Kill(leaders, work.Components, Kin.Stranger, patience) is var living and > 0)
        {
            if (first)
            {
                LeftoversFound(living);
            }

            if (!complained && BootTime.Now(clock) - since > PatienceMax)
            {
                LeftoversStay(Codes.LeftoversAlive, living);
            }

            complained |= BootTime.Now(clock) - since > PatienceMax;
            first = false;
            await Task.Delay(Pause, clock, stop);
        }

        cgroups.RemoveAll();
        return known is not null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} processes of an earlier life still live: killing them")]
    private partial void LeftoversFound(int count);

    [LoggerMessage(Level = LogLevel.Error, Message =
        "{Code} {Count} processes of an earlier life cannot be killed (waiting for a disk?): "
        + "nothing runs and nothing is reported until they are gone")]
    private partial void LeftoversStay(string code, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "{Code} inventory.json in {Folder} cannot be read: leftovers are looked for by their environment only")]
    private partial void InventoryUnreadable(string code, string folder);
}
