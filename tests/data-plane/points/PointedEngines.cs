using Holdfast.Data.Config;
using Holdfast.Data.Databases;
using Holdfast.Engine;
using Holdfast.Engine.Seams;
using Holdfast.Engine.Tables;
using Holdfast.Engine.Transactions;
using Holdfast.Log;
using Holdfast.Log.Contract;
using Holdfast.Log.Files;
using Microsoft.Win32.SafeHandles;

namespace Holdfast.DataPlane.Points;

/// <summary>The engines of holdfast-data, each with its points.</summary>
internal sealed class PointedEngines(Point point) : Engines
{
    private protected override Action<string>? Passing => step => point.Pass($"sink.{step}");

    internal override ISource Source(StoreConfig config, string log, StreamFilter filter, StoreCalls calls) =>
        new PointedSource(base.Source(config, log, filter, calls), point);

    internal override async Task<(ISink Sink, ICatalog Catalog)> Sink(
        DatabaseConfig database, TimeProvider time, CancellationToken cancel)
    {
        var (sink, catalog) = await base.Sink(database, time, cancel);
        return (new PointedSink(sink, point), catalog);
    }

    /// <summary>Small segments and little memory, so that their ends and the side file are met often.</summary>
    internal override Outcome<StoreLog> Log(LogOptions options) =>
        StoreLog.Open(options with { SegmentBytes = 256 << 10, SpoolMemoryBytes = 64 << 10 }, new PointedDisk(point));
}

/// <summary>A log's disk.</summary>
internal sealed class PointedDisk(Point point) : Disk
{
    internal override void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        var path = File.ResolveLinkTarget($"/proc/self/fd/{file.DangerousGetHandle()}", returnFinalTarget: false)!.FullName;
        if (!path.EndsWith(".seg", StringComparison.Ordinal))
        {
            base.Write(file, bytes, offset);
            point.Pass(Point.Spooled);
            return;
        }

        point.Pass(offset == 0 ? Point.NewSegment : Point.BeforeWrite);
        base.Write(file, bytes[..(bytes.Length / 2)], offset);
        point.Pass(offset == 0 ? Point.NewSegment : Point.WithinWrite);
        base.Write(file, bytes[(bytes.Length / 2)..], offset + bytes.Length / 2);
    }

    internal override void Sync(SafeFileHandle file)
    {
        point.Pass(Point.BeforeSync);
        base.Sync(file);
        point.Pass(Point.AfterSync);
    }
}

/// <summary>A Store's source.</summary>
internal sealed class PointedSource(ISource source, Point point) : ISource
{
    public Task<SourceIdentity> Identify(CancellationToken cancel) => source.Identify(cancel);

    public Task<SourceRange> Range(CancellationToken cancel) => source.Range(cancel);

    public Task<Position?> At(DateTimeOffset time, CancellationToken cancel) => source.At(time, cancel);

    public async IAsyncEnumerable<SourceEvent> Read(
        Position after, StreamFilter filter, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var each in source.Read(after, filter, cancel))
        {
            if (each is TransactionEvent)
            {
                point.Pass(Point.Read);
            }

            yield return each;
        }
    }

    public async Task Confirm(Position durable, CancellationToken cancel)
    {
        point.Pass(Point.BeforeConfirm);
        await source.Confirm(durable, cancel);
        point.Pass(Point.AfterConfirm);
    }

    public Task Beat(ulong? barrier, CancellationToken cancel) => source.Beat(barrier, cancel);

    public ValueTask DisposeAsync() => source.DisposeAsync();
}

/// <summary>An Incr-Sync's sink; the steps within its transactions pass by <see cref="PointedEngines"/>.</summary>
internal sealed class PointedSink(ISink sink, Point point) : ISink
{
    public SinkCapabilities Capabilities => sink.Capabilities;

    public async Task<long?> Fence(string task, long epoch, CancellationToken cancel)
    {
        var newer = await sink.Fence(task, epoch, cancel);
        point.Pass(Point.Fenced);
        return newer;
    }

    public Task<SinkProgress?> Progress(string task, CancellationToken cancel) => sink.Progress(task, cancel);

    public Task<IReadOnlyList<SkippedRow>> Skipped(string task, CancellationToken cancel) => sink.Skipped(task, cancel);

    public Task<SourceName?> Adopt(string task, long epoch, SourceName source, CancellationToken cancel) =>
        sink.Adopt(task, epoch, source, cancel);

    public async Task<ISinkLane> Lane(string task, int lane, long epoch, string mark, CancellationToken cancel) =>
        new PointedLane(await sink.Lane(task, lane, epoch, mark, cancel), point);

    public ValueTask DisposeAsync() => sink.DisposeAsync();

    private sealed class PointedLane(ISinkLane lane, Point point) : ISinkLane
    {
        public async Task<ApplyResult> Apply(SinkGroup group, CancellationToken cancel)
        {
            var result = await lane.Apply(group, cancel);
            if (group.IsPart)
            {
                point.Pass(Point.BetweenParts);
            }

            return result;
        }

        public Task<TableSchema?>? Within(string schema, string name, CancellationToken cancel) => lane.Within(schema, name, cancel);

        public ValueTask DisposeAsync() => lane.DisposeAsync();
    }
}
