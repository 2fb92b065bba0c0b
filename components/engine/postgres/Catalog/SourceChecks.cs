using Holdfast.Engine.Postgres.Capture;
using Holdfast.Engine.Postgres.Db;
using Holdfast.Engine.Postgres.Tables;

namespace Holdfast.Engine.Postgres.Catalog;

/// <summary>Everything that a database lacks as a source: for the capture, for its tables and in the role's rights.</summary>
internal static class SourceChecks
{
    /// <summary>The findings for a filter, in the order in which they are best mended; empty: it can be read.</summary>
    internal static async Task<IReadOnlyList<SourceFault>> Of(
        Session session, PostgresDatabase database, StreamFilter filter, CancellationToken cancel)
    {
        var faults = new List<SourceFault>(await CaptureChecks.Server(session, database, cancel).ConfigureAwait(false));
        if (faults.Exists(f => f.Code == "DP-170"))
        {
            return faults;
        }

        var slots = await SlotState.ReadAll(session, cancel).ConfigureAwait(false);
        var retainer = CaptureNames.Retainer(await CaptureChecks.DatabaseOid(session, cancel).ConfigureAwait(false));
        var isPublication = await CaptureChecks.IsPublication(session, cancel).ConfigureAwait(false);
        var isInstalled = isPublication && slots.Any(s => s.Name == retainer);
        faults.AddRange(isInstalled
            ? slots.Select(CaptureChecks.Endangered).OfType<SourceFault>() : [CaptureFaults.NotInstalled(database)]);
        faults.AddRange(await FailoverSlots.Checks(session, database, slots, cancel).ConfigureAwait(false));
        if (!isInstalled && await CaptureChecks.Room(session, database, cancel).ConfigureAwait(false) is { } room)
        {
            faults.Add(room);
        }

        var published = await CaptureChecks.Published(session, cancel).ConfigureAwait(false);
        var tables = await TableReader.Read(session, filter, cancel).ConfigureAwait(false);
        foreach (var table in tables)
        {
            var fault = CaptureChecks.Of(table) ?? (!isInstalled ? null
                : !published.Contains(table.Oid) ? CatalogFaults.NotPublished(table.Schema.FullName)
                : table.HasIdentity ? null : CaptureFaults.NoIdentity(table.Schema.FullName));
            faults.AddRange(fault is null ? [] : [fault]);
        }

        faults.AddRange(
            await RightChecks.Source(session, database, tables, isPublication ? published : null, cancel).ConfigureAwait(false));
        faults.AddRange(RightChecks.Missing(filter, tables));
        return faults;
    }
}
