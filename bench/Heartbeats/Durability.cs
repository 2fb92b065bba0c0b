using Holdfast.Heartbeat.State;
using Holdfast.Platform.State;
using Holdfast.Platform.State.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Bench.Heartbeats;

/// <summary>Reads each host's sequence from the state file, as a restarted collector reads it.</summary>
internal static class Durability
{
    /// <summary>The registry is written once a second; what was accepted this long before a kill must be there.</summary>
    internal static readonly TimeSpan WrittenAfter = TimeSpan.FromSeconds(2);

    /// <summary>Last sequence by host.</summary>
    internal static async Task<Dictionary<string, long>> Stored(string data)
    {
        await using var services = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System).AddSqliteState(data)
            .AddDocuments(Collections.Hosts).AddDocuments(Collections.Sequence).BuildServiceProvider();
        var stored = new Dictionary<string, long>(StringComparer.Ordinal);
        await ReadAll(services, DocumentQuery<HostRow>.All, row => Learn(row.Host, row.Sequence));
        await ReadAll(services, DocumentQuery<SequenceRow>.All, row =>
        {
            foreach (var mark in row.Marks)
            {
                Learn(mark.Host, mark.Sequence);
            }
        });
        return stored;

        void Learn(string host, long sequence) => stored[host] = Math.Max(sequence, stored.GetValueOrDefault(host));
    }

    /// <summary>Probe hosts whose stored sequence is behind what was accepted early enough before the kill.</summary>
    internal static List<string> Lost(
        IEnumerable<AcceptedProbe> accepted, TimeSpan killed, IReadOnlyDictionary<string, long> stored) =>
    [
        .. accepted.Where(a => a.At <= killed - WrittenAfter).GroupBy(a => a.Host, StringComparer.Ordinal)
            .Where(g => stored.GetValueOrDefault(g.Key) < g.Max(a => a.Sequence)).Select(g => g.Key),
    ];

    private static async Task ReadAll<T>(IServiceProvider services, DocumentQuery<T> query, Action<T> learn) where T : class
    {
        var documents = services.GetRequiredService<IDocuments<T>>();
        string? cursor = null;
        do
        {
            var page = await documents.Query(query.Take(1000).After(cursor), CancellationToken.None);
            foreach (var item in page.Items)
            {
                learn(item.Document);
            }

            cursor = page.Next;
        }
        while (cursor is not null);
    }
}
