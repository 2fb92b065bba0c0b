using System.IO.Compression;
using Holdfast.HaScheduler.Replay;

namespace Holdfast.HaScheduler.Tests.Replay;

/// <summary>Passes written to memory and read again, in the words of a test.</summary>
internal static class RecordedFile
{
    /// <param name="end">Closed in order; else as a kill leaves it after a flush.</param>
    internal static byte[] Write(IEnumerable<(Snapshot Snapshot, Contracts.HaConfig Config)> passes, bool end = true)
    {
        var file = new MemoryStream();
        var gzip = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true);
        using var writer = new PassWriter(gzip, "test");
        foreach (var (snapshot, config) in passes)
        {
            writer.Write(snapshot, config, Decided.Of(Decider.Decide(snapshot, config)), 0);
        }

        if (!end)
        {
            gzip.Flush();
            return file.ToArray();
        }

        writer.End();
        gzip.Dispose();
        return file.ToArray();
    }

    internal static (List<RecordedPass> Passes, SegmentEnd End, string? Why) Read(byte[] file)
    {
        using var reader = new PassReader(new MemoryStream(file));
        var passes = new List<RecordedPass>();
        while (reader.Next() is { } pass)
        {
            passes.Add(pass);
        }

        return (passes, reader.End!.Value, reader.Why);
    }

    /// <summary>All that is recorded of a snapshot, in an order of its own.</summary>
    internal static string Text(Snapshot snapshot) => JsonSerializer.Serialize(
        new
        {
            Rest = Recorded.Rest(snapshot) with { Now = snapshot.Now },
            Hosts = snapshot.Hosts.Select(h => h with { Reported = h.Reported is null ? null : Reduced(h.Reported) }),
            Components = snapshot.Registrations.Select(Recorded.Of).OrderBy(r => r.Id, StringComparer.Ordinal),
            Tasks = snapshot.Tasks.Values.Select(Recorded.Of).OrderBy(t => t.Id, StringComparer.Ordinal),
            Stores = snapshot.StoresByHost.OrderBy(s => s.Key, StringComparer.Ordinal),
        }, Recorded.Json);

    private static Fleet.FleetHost Reduced(Fleet.FleetHost host)
    {
        var reduced = Recorded.Of(host);
        return reduced with { Report = reduced.Report with { Usage = host.Report.Usage } };
    }
}
