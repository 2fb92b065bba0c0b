using System.Threading.Channels;
using Holdfast.Supervisor.Cleanup;
using Holdfast.Supervisor.Guard;
using Holdfast.Supervisor.Loop;
using Holdfast.Supervisor.Machine;
using Holdfast.Supervisor.Processes;
using Holdfast.Supervisor.Setup;
using Microsoft.Extensions.Logging;

namespace Holdfast.Supervisor;

/// <summary>Keeps inventory.json and endings.json as the components are; a disk that hangs keeps nothing else waiting.</summary>
internal sealed partial class StateFiles(
    Components components, GuardKeeper guard, StateFolder folder, ChannelWriter<LoopEvent> events, ILogger<StateFiles> log)
{
    private readonly ILogger _log = log;
    private SavedFile? _inventory;
    private SavedFile? _endings;

    /// <summary>The time for which endings.json has been written; null: it is not.</summary>
    public TimeSpan? EndingsBusy(BootTime now) => _endings?.Busy(now);

    public void SaveInventory()
    {
        _inventory ??= new SavedFile(folder.Disks, why => InventoryNotSaved(Codes.InventoryNotSaved, why));
        components.LeadersChanged = _inventory.Advance(components.LeadersChanged, () =>
        {
            var own = guard.Leader is { } leader ? new[] { leader } : [];
            Leader[] all = [.. components.Leaders, .. components.Reapers, .. own];
            return () => folder.Inventory.Save(folder.BootId, all);
        });
    }

    public void SaveEndings()
    {
        _endings ??= new SavedFile(folder.Disks, why => EndingsNotSaved(Codes.EndingsNotSaved, why));
        components.Endings.Changed = _endings.Advance(components.Endings.Changed, () =>
        {
            var kept = components.KeptEndings;
            return () =>
            {
                folder.Endings.Save(kept);
                events.TryWrite(new LoopEvent.Tick()); // a report waits for it
            };
        });
    }

    [LoggerMessage(Level = LogLevel.Error, Message =
        "{Code} inventory.json cannot be written ({Why}): free the disk; leftovers are then found by environment only")]
    private partial void InventoryNotSaved(string code, string why);

    [LoggerMessage(Level = LogLevel.Error, Message =
        "{Code} endings.json cannot be written ({Why}): free the disk; what has ended in good order starts again with the supervisor")]
    private partial void EndingsNotSaved(string code, string why);
}

/// <summary>The two files, and the threads that write them.</summary>
/// <param name="BootId">Of the machine's present life.</param>
internal sealed record StateFolder(Inventory Inventory, Endings Endings, DiskThreads Disks, string BootId);
