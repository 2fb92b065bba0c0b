using Holdfast.Platform.State.Archive;
using static Holdfast.App.Operator.UpgradeAsking;

namespace Holdfast.App.Operator;

/// <summary>
/// <c>holdfast upgrade begin|finish|rollback|status</c>: HA off, a proven backup, another version, every host Online, HA on.
/// Each step may be repeated.
/// </summary>
internal static class UpgradeCommands
{
    private static readonly TimeSpan OnlineMax = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    internal static Command Create() => new("upgrade", "Another version of a running installation, and back.")
    {
        Begin(), Finish(), Rollback(), Status(),
    };

    private static Command Begin()
    {
        var file = new Argument<string>("file") { Description = "Where the backup goes." };
        var command = new Command("begin", "Switch HA off, note T1, make a backup and read it back.") { file };
        var store = BackupCommands.StoreOption();
        command.Add(store);
        Asking.Does(command, async (parsed, data, api, cancel) =>
        {
            var known = UpgradeRecord.Read(data) is { IsUnderWay: true } record ? record : null;
            if (known?.Backup is { } kept && await Schemas(data, parsed.GetValue(store), cancel) is { } schemas
                && known.Changed(schemas) is { Count: > 0 } changed)
            {
                // Another backup would take the place of the one that the former version can read.
                return Refuse(
                    $"the new version has run on this state already ({string.Join(", ", changed)}); {kept} stays the backup of T1",
                    "holdfast upgrade finish; or stop everything, holdfast upgrade rollback.");
            }

            if (known is null)
            {
                var config = await Get(api, Config);
                if (Overrides(config).FirstOrDefault() is { } still)
                {
                    return Refuse($"HA would stay on for {still}", "Switch it off there first, then begin again.");
                }

                var hosts = (await Hosts(api)).Where(h => h.State == HostState.Online).Select(h => h.Host).ToList();
                var mayRun = new[] { "leaseSec", "killGraceSec", "clockDriftSec" }.Sum(key => (double?)config[key] ?? 0);
                known = new UpgradeRecord(
                    (bool?)config["enable"] == true, TimeProvider.System.GetUtcNow(), hosts, MayRunSeconds: mayRun);
                known.Write(data); // Before HA is switched off: whether it was on must not be lost.
            }

            await Switch(api, false);
            var path = Path.GetFullPath(parsed.GetValue(file)!);
            return await BackupCommands.With(data, parsed.GetValue(store), (archive, settings) =>
            {
                var before = archive().Schemas(cancel);
                var written = BackupFile.Write(path, archive(), BackupCommands.Shown(settings), TimeProvider.System.GetUtcNow(), cancel);
                if (written.Fault is null)
                {
                    known = known with { Backup = path, Documents = written.Value!.Documents, Schemas = before };
                    known.Write(data);
                }

                return Task.FromResult(written.Fault is { } fault ? Asking.Refuse(fault) : Print(known));
            }, cancel);
        });
        return command;
    }

    private static Command Finish()
    {
        var command = new Command("finish", "Wait until every host is Online, switch HA on as it was, note T2.");
        var store = BackupCommands.StoreOption();
        command.Add(store);
        Asking.Does(command, async (parsed, data, api, cancel) =>
        {
            if (UpgradeRecord.Read(data) is not { Backup: not null } record)
            {
                return Refuse("no upgrade has been begun here", "holdfast upgrade begin FILE; holdfast upgrade status.");
            }

            if (await Schemas(data, parsed.GetValue(store), cancel) is not { } schemas)
            {
                return Asking.NotDone;
            }

            // One that was cut off after its last step is told again what was done.
            if (record.IsUnderWay)
            {
                if (await UntilOnline(api, record, cancel) is { Count: > 0 } missing)
                {
                    return Refuse($"not Online: {string.Join(", ", missing)}; HA stays off",
                        "Start their supervisors, then finish again; or stop everything and roll back.");
                }

                if (record.WasEnabled)
                {
                    await Switch(api, true);
                }

                record = record with { T2 = TimeProvider.System.GetUtcNow() };
                record.Write(data);
            }

            return Print(record, schemas, (int?)(await Get(api, Config))["refetchStoreIntervalMin"] ?? 0);
        });
        return command;
    }

    /// <summary>Hosts of T1 that are not Online; waits a while for there to be none.</summary>
    private static async Task<List<string>> UntilOnline(Asking api, UpgradeRecord record, CancellationToken cancel)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var missing = await Missing(api, record);
            if (missing.Count == 0 || TimeProvider.System.GetElapsedTime(started) > OnlineMax)
            {
                return missing;
            }

            await Task.Delay(LookInterval, TimeProvider.System, cancel);
        }
    }

    private static int Print(UpgradeRecord record, IReadOnlyDictionary<string, int> schemas, int refetch)
    {
        var exit = Print(record);
        var off = Math.Ceiling((record.T2!.Value - record.T1).TotalMinutes);
        Console.WriteLine($"schema: {schemas.Count} collections, "
            + (record.Changed(schemas) is { Count: > 0 } steps ? string.Join(", ", steps) : "each as at T1"));
        Console.WriteLine($"Stores that HA creates now start {refetch} + {off:0} min before (refetchStoreIntervalMin, and how long "
            + "HA was off): the store manager widens the window by itself");
        return exit;
    }

    private static Command Rollback()
    {
        var (data, store) = BackupCommands.Places();
        var command = new Command("rollback", "Put the state of T1 back; everything must be stopped.") { data, store };
        command.SetAction((parsed, cancel) => BackupCommands.With(
            parsed.GetValue(data), parsed.GetValue(store), async (archive, settings) =>
        {
            if (UpgradeRecord.Read(settings.DataDirectory) is not { IsUnderWay: true, Backup: { } backup } record)
            {
                return Refuse("no upgrade has been begun here", "holdfast upgrade status; holdfast restore.");
            }

            var exit = await BackupCommands.PutBack(archive, settings, backup, TimeSpan.FromSeconds(record.MayRunSeconds), cancel);
            if (exit == 0)
            {
                record = record with { T3 = TimeProvider.System.GetUtcNow() };
                record.Write(settings.DataDirectory);
                exit = Print(record);
            }

            return exit;
        }, cancel));
        return command;
    }

    private static Command Status()
    {
        var command = new Command("status", "How far the upgrade has come.");
        Running.Add(command);
        command.SetAction(parsed => UpgradeRecord.Read(Running.Data(parsed)) is { } record
            ? Print(record)
            : Refuse("no upgrade has been begun here", "holdfast upgrade begin FILE."));
        return command;
    }

    /// <summary>Null when the store could not be asked, which has been said.</summary>
    private static async Task<IReadOnlyDictionary<string, int>?> Schemas(string data, string? store, CancellationToken cancel)
    {
        IReadOnlyDictionary<string, int>? found = null;
        await BackupCommands.With(data, store, (archive, settings) =>
        {
            var missing = BackupCommands.NoFile(settings);
            found = missing is null ? archive().Schemas(cancel) : null;
            return Task.FromResult(missing is null ? 0 : Asking.Refuse(missing));
        }, cancel);
        return found;
    }

    private static int Print(UpgradeRecord record)
    {
        foreach (var line in record.Say())
        {
            Console.WriteLine(line);
        }

        return 0;
    }

    private static int Refuse(string why, string workaround) =>
        Asking.Refuse(new Fault("PF-312", 409, "The upgrade cannot go on", why + ".", workaround));
}
