using Holdfast.HaScheduler.Findings;
using Holdfast.HaScheduler.State;
using Holdfast.Rules.HaScheduler.Findings;

namespace Holdfast.HaScheduler.Operations;

/// <summary>Checks the fields of a new maintenance. Pure.</summary>
internal static class MaintenanceRules
{
    private static readonly TimeSpan AheadMax = TimeSpan.FromDays(366);

    internal static Outcome<Maintenance> Check(NewMaintenance body, string by, DateTimeOffset now)
    {
        var faults = new List<FieldFault>();
        Text("reason", body.Reason, OperatorText.ReasonMax);
        Text("owner", body.Owner, OperatorText.OwnerMax);
        if (body.Until is not { } until || until <= now || until - now > AheadMax)
        {
            faults.Add(new FieldFault("until", body.Until, "must be a time ahead of now, at most a year"));
        }

        return faults.Count == 0
            ? new Maintenance(body.Reason!.Trim(), body.Owner!.Trim(), body.Until!.Value.ToUniversalTime(), by, now)
            : Fault.Invalid("HA-141", "Correct the named fields; nothing was changed.", faults);

        void Text(string field, string? given, int most)
        {
            if (string.IsNullOrWhiteSpace(given) || given.Length > most)
            {
                faults.Add(new FieldFault(field, given, $"must be 1 to {most} characters"));
            }
        }
    }
}

/// <summary>Begins and ends maintenances of IDCs and tasks; the next pass, which is at once, does the rest.</summary>
internal sealed class Maintenances(Cluster cluster, MaintenanceWatch watch, PassTrigger passes, TimeProvider time)
{
    internal DateTimeOffset Now => time.GetUtcNow();

    /// <summary>All that hold, of hosts too.</summary>
    internal List<OpenMaintenance> Open() => MaintenanceAlerts.All(cluster.Hosts.All,
        cluster.Maintenances.All.Select(m => KeyValuePair.Create(m.Key, m.Work)), TaskRegion);

    internal Fault? KnowsIdc(string region, string idc) => cluster.Hosts.All.Any(h => h.Region == region && h.Idc == idc)
        ? null
        : Fault.NotFound("HA-142", "IDC", $"{region}/{idc}", "See GET /api/v1/hosts for the regions and IDCs that have hosts.");

    internal Fault? KnowsTask(string id) => cluster.Tasks.Find(id) is null ? TaskOperations.Unknown(id) : null;

    internal async Task<Outcome<OpenMaintenance>> Begin(string key, NewMaintenance body, CancellationToken cancel)
    {
        var work = MaintenanceRules.Check(body, "token", Now);
        if (work.Fault is { } fault)
        {
            return fault;
        }

        var document = new MaintenanceDocument(key, work.Value!);
        if (!await cluster.Maintenances.Insert(document, cancel))
        {
            // It goes on: its report tells of all of it.
            await cluster.Maintenances.Change(key, m => m with { Work = work.Value! with { At = m.Work.At } }, cancel);
        }

        passes.Hurry();
        return Opened(cluster.Maintenances.Find(key) ?? document);
    }

    internal async Task<Outcome<MaintenanceReport>> End(string key, CancellationToken cancel)
    {
        if (cluster.Maintenances.Find(key) is not { } document)
        {
            return new Fault("HA-143", 404, "Not in maintenance", $"There is no maintenance of {key}.",
                "See GET /api/v1/maintenance; a host's is ended with PATCH /api/v1/hosts/{id}.");
        }

        var report = await watch.Report(Opened(document), cancel);
        await cluster.Maintenances.Delete(key, cancel);
        passes.Hurry();
        return report;
    }

    private OpenMaintenance Opened(MaintenanceDocument document) =>
        MaintenanceAlerts.All([], [KeyValuePair.Create(document.Key, document.Work)], TaskRegion)[0];

    private string? TaskRegion(string task) => cluster.Tasks.Find(task)?.Region;
}
