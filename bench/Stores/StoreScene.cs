using Holdfast.Platform.State;
using Holdfast.Rules.StoreManager;
using Holdfast.StoreManager;
using Holdfast.StoreManager.Feed;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Bench.Stores;

/// <summary>
/// Subtopics with five Stores each (three run, one has failed, one is paused) and twenty consumers, over hosts with fifty
/// Stores and two hundred Incr-Syncs each.
/// </summary>
internal static class StoreScene
{
    /// <summary>Subtopics of the whole scene.</summary>
    internal const int Count = 10_000;

    internal const int StoresEach = 5;
    internal const int ConsumersEach = 20;
    private const int StoresPerHost = 50;
    private const int Regions = 4;
    private const int DocumentsAtOnce = 1000;

    internal const long Begin = 1_700_000_000;

    internal static string Subtopic(int number) => $"subtopic-{number:d5}";

    internal static async Task Write(IServiceProvider services, int subtopics)
    {
        var documents = services.GetRequiredService<IDocuments<SubtopicDocument>>();
        foreach (var some in Enumerable.Range(0, subtopics).Select(s => Document(s, subtopics)).Chunk(DocumentsAtOnce))
        {
            await documents.UpsertMany(some, default);
        }
    }

    /// <summary>All hosts with what runs there.</summary>
    internal static IEnumerable<HeartbeatReported> Batches(int subtopics, long sequence, bool lists)
    {
        var hosts = subtopics * StoresEach / StoresPerHost;
        for (var first = 0; first < hosts; first += 100)
        {
            yield return new HeartbeatReported
            {
                Collector = "c1", Sequence = sequence, WindowEnd = default, UptimeMs = sequence, Lease = 15, KillGrace = 5,
                Reports = [.. Enumerable.Range(first, Math.Min(100, hosts - first))
                    .Select(h => Report(h, hosts, subtopics, sequence, lists))],
            };
        }
    }

    private static HostReport Report(int host, int hosts, int subtopics, long sequence, bool lists) => new()
    {
        Host = Host(host), Incarnation = 1, Sequence = sequence, Region = $"region-{host % Regions}", Idc = $"idc-{host / Regions % 3}",
        Address = $"{Ip(host)}:9000", Usage = new Usage(0.4, 0.4, 0.4), DesiredVersion = 2, Inventory = 1,
        Components = lists ? [.. Components(host, hosts, subtopics)] : null,
    };

    private static IEnumerable<ComponentReport> Components(int host, int hosts, int subtopics)
    {
        for (var subtopic = host % Regions; subtopic < subtopics; subtopic += Regions)
        {
            for (var store = 0; store < StoresEach; store++)
            {
                if (HostOf(subtopic, store, hosts) == host)
                {
                    yield return new ComponentReport
                    {
                        Name = Name(subtopic, store, hosts), Kind = ComponentKind.Store, Epoch = store + 1,
                        State = store < 3 ? ComponentState.Running : store == 3 ? ComponentState.Abnormal : ComponentState.Stopped,
                        Begin = Begin, End = Begin + 90_000,
                    };
                }
            }
        }

        for (var task = host; task < subtopics * ConsumersEach; task += hosts)
        {
            yield return new ComponentReport
            {
                Name = $"incr-{task}", Kind = ComponentKind.IncrSync, Epoch = 1, State = ComponentState.Running, Task = $"task-{task:d6}",
                Checkpoint = Begin + 80_000 + task % 1000,
            };
        }
    }

    private static SubtopicDocument Document(int subtopic, int subtopics)
    {
        var hosts = subtopics * StoresEach / StoresPerHost;
        var tasks = Enumerable.Range(subtopic * ConsumersEach, ConsumersEach).Select(t => $"task-{t:d6}").ToList();
        return new SubtopicDocument
        {
            Subtopic = Subtopic(subtopic), Region = $"region-{subtopic % Regions}", Command = ["/opt/holdfast/bin/store"], Tasks = tasks,
            Needs = [.. tasks.Select(t => new RequiredPosition(t, Begin, IsMet: true))], StartTimestamp = Begin, Seq = StoresEach,
            Source = new SourceLog { RetentionSec = 100L * 365 * 86_400 },
            Stores = [.. Enumerable.Range(0, StoresEach).Select(s => new Rules.StoreManager.Store(
                Name(subtopic, s, hosts), Host(HostOf(subtopic, s, hosts)), s + 1, Begin,
                s == 4 ? DesiredState.Stopped : DesiredState.Running, DateTimeOffset.UnixEpoch)
                {
                    Idc = "idc-0", AbnormalSince = s == 3 ? new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero) : null,
                })],
        };
    }

    /// <summary>A host of the same region as the subtopic: hosts take turns.</summary>
    private static int HostOf(int subtopic, int store, int hosts)
    {
        var ofRegion = hosts / Regions;
        return subtopic % Regions + (subtopic / Regions * StoresEach + store) % ofRegion * Regions;
    }

    /// <summary>Path of a consumer that asks for its Store; each n another one.</summary>
    internal static string ResolvePath(int n) => $"/api/v1/stores/resolve?subtopic={Subtopic((int)(n * 7919L % Count))}"
        + $"&checkpoint={Begin + 80_000 + n % 5000}";

    private static string Host(int host) => $"host-{host:d5}";

    private static string Ip(int host) => $"10.0.{host >> 8}.{host & 255}";

    private static string Name(int subtopic, int store, int hosts) =>
        StoreName.Of(Ip(HostOf(subtopic, store, hosts)), Subtopic(subtopic), store + 1);
}
