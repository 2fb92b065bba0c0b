namespace Holdfast.Bench.Compare;

/// <summary>Runs of one way beside its peer, each printed, and the median of what the one is of the other.</summary>
internal sealed class Ratios(string peer, string unit)
{
    private readonly List<double> _ratios = [];

    internal void Add(Moved own, Moved other)
    {
        _ratios.Add(own.Rate / other.Rate);
        Print.Line($"run {_ratios.Count}: Holdfast", $"{own.Rate:#,0} {unit}; CPU {own.Cpu:0.00} µs: {own.Shares}");
        Print.Line($"  {peer}", $"{other.Rate:#,0}; CPU {other.Cpu:0.00} µs: {other.Shares}; ratio of rates {_ratios[^1]:0.00}, of CPU {
            own.Cpu / other.Cpu:0.00}");
    }

    /// <summary>One after the other, in turn.</summary>
    internal async Task Add(int run, Func<Task<Moved>> own, Func<Task<Moved>> other)
    {
        if (run % 2 == 0)
        {
            var first = await own();
            Add(first, await other());
        }
        else
        {
            var first = await other();
            Add(await own(), first);
        }
    }

    internal bool Goal(string what, double least) => Print.Goal($"{what}, of {peer}'s", _ratios.Order().ElementAt(_ratios.Count / 2), "",
        least, atLeast: true);
}
