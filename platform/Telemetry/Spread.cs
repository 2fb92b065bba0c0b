using System.Diagnostics.Metrics;
using System.Runtime.InteropServices;

namespace Holdfast.Platform.Telemetry;

/// <summary>
/// Distribution of values of one kind over many objects, as a few figures for each region. A series for each of 100,000 components
/// would be more than a Prometheus server holds. Filled once, then read.
/// </summary>
public sealed class Spread
{
    /// <summary>0 is the least, 100 the greatest.</summary>
    private static readonly (string Name, double Share)[] Percentiles =
        [("0", 0), ("1", 0.01), ("50", 0.5), ("90", 0.9), ("99", 0.99), ("100", 1)];

    private readonly Dictionary<string, List<double>> _regions = new(StringComparer.Ordinal);

    public void Add(string region, double value)
    {
        if (!_regions.TryGetValue(region, out var values))
        {
            _regions.Add(region, values = []);
        }

        values.Add(value);
    }

    /// <summary>A region without a value has no figures.</summary>
    public IReadOnlyList<Measurement<double>> Figures()
    {
        var figures = new List<Measurement<double>>();
        foreach (var (region, values) in _regions)
        {
            values.Sort();
            foreach (var (name, share) in Percentiles)
            {
                figures.Add(new Measurement<double>(At(values, share), new("region", region), new("percentile", name)));
            }
        }

        return figures;
    }

    /// <summary>The nearest rank: a value that there is.</summary>
    internal static double At(IReadOnlyList<double> sorted, double share) =>
        sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Count) - 1)];
}

/// <summary>Counts objects by kind, which becomes a set of labels: counting 100,000 objects makes no garbage.</summary>
public sealed class Tally<TKey>(Func<TKey, KeyValuePair<string, object?>[]> labels) where TKey : notnull
{
    private readonly Dictionary<TKey, int> _counts = [];

    public void Add(TKey key, int count = 1) => CollectionsMarshal.GetValueRefOrAddDefault(_counts, key, out _) += count;

    public IReadOnlyList<Measurement<int>> Figures() => [.. _counts.Select(c => new Measurement<int>(c.Value, labels(c.Key)))];
}

public static class Tally
{
    /// <summary>Of one label.</summary>
    public static Tally<string> By(string label) => new(value => [new(label, value)]);
}

/// <summary>Works figures out once for all metrics of one scrape, whichever is asked for first.</summary>
public sealed class ReadOnce<T>(Func<T> read, TimeProvider time) where T : class
{
    /// <summary>Metrics of one scrape are asked for within this.</summary>
    private static readonly TimeSpan Holds = TimeSpan.FromMilliseconds(250);

    private readonly Lock _lock = new();
    private T? _read;
    private long _at;

    public T Now
    {
        get
        {
            lock (_lock)
            {
                if (_read is null || time.GetElapsedTime(_at) > Holds)
                {
                    _read = read();
                    _at = time.GetTimestamp();
                }

                return _read;
            }
        }
    }
}
