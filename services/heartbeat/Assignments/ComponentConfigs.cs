using Holdfast.Heartbeat.State;

namespace Holdfast.Heartbeat.Assignments;

/// <summary>Keeps the configurations that placements bring until their hosts fetch them, and forgets them with the component.</summary>
internal sealed class ComponentConfigs(IDocuments<ConfigRow> store)
{
    private const int AttemptsMax = 5;
    private const int DeletedAtOnce = 1000;

    internal async Task<ConfigRow?> Find(string host, string component, CancellationToken cancel) =>
        (await store.Find(ConfigRow.IdOf(host, component), cancel))?.Document;

    /// <summary>
    /// Keeps a configuration before the list says its digest: a reader of that finds it. Of two placements the higher one holds.
    /// </summary>
    internal async Task Keep(ComponentPlaced placed, CancellationToken cancel)
    {
        var id = ConfigRow.IdOf(placed.Host, placed.Component);
        for (var attempt = 1; attempt <= AttemptsMax; attempt++)
        {
            var stored = await store.Find(id, cancel);
            if (IsSettled(stored?.Document, placed) || await TryKeep(id, stored, placed, cancel))
            {
                return;
            }
        }

        throw new StateUnavailableException($"The configuration of {placed.Component} changed {AttemptsMax} times under a placement.");
    }

    /// <summary>Forgets the configurations of a host that was deleted.</summary>
    internal async Task Empty(string host, CancellationToken cancel)
    {
        while (await store.DeleteMany(DocumentQuery<ConfigRow>.All.Where(row => row.Host, Match.Equal, host).Take(DeletedAtOnce), cancel)
            == DeletedAtOnce)
        {
        }
    }

    private static bool IsSettled(ConfigRow? row, ComponentPlaced placed) => row is null
        ? TextOf(placed) is null
        : (row.Epoch, row.Revision).CompareTo((placed.Epoch, placed.Revision)) >= 0;

    private static string? TextOf(ComponentPlaced placed) => placed.Desired == DesiredState.Absent ? null : placed.Config;

    private async Task<bool> TryKeep(string id, Versioned<ConfigRow>? stored, ComponentPlaced placed, CancellationToken cancel)
    {
        if (TextOf(placed) is not { } text)
        {
            return await store.Delete(id, stored!.Value.Version, cancel);
        }

        var row = new ConfigRow(id, placed.Host, placed.Component, placed.Epoch, placed.Revision, text);
        return stored is { } known ? await store.Replace(row, known.Version, cancel) : await store.Insert(row, cancel);
    }
}
