namespace Holdfast.Bench.Data;

/// <summary>CPU that each part has used since this was made; this process is the source's writer, and looks at the sink.</summary>
internal sealed class CpuOf(MovingRows scene)
{
    private readonly TimeSpan _own = Environment.CpuUsage.TotalTime;
    private readonly double _store = ProcFigures.CpuSeconds(scene.Store.Id);
    private readonly double _sync = ProcFigures.CpuSeconds(scene.Sync.Id);

    /// <summary>µs for each of so many.</summary>
    internal FormattableString Text(int count)
    {
        double Each(double seconds) => seconds * 1e6 / count;
        var (own, store) = ((Environment.CpuUsage.TotalTime - _own).TotalSeconds, ProcFigures.CpuSeconds(scene.Store.Id) - _store);
        var sync = ProcFigures.CpuSeconds(scene.Sync.Id) - _sync;
        return $"CPU {Each(own):0.0} source, {Each(store):0.0} Store, {Each(sync):0.0} Incr-Sync, {Each(own + store + sync):0.0} µs";
    }
}
