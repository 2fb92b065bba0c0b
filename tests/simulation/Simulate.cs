namespace Holdfast.Simulation.Tests;

/// <summary>
/// <c>simulate --seeds N --hours H [--from SEED] [--case FILE] [--hosts N] [--faults N] [--density D] [--minutes M]
/// [--stores 1] [--alerts 1] [--poisoned 1] [--words 1]</c>: runs worlds and prints figures.
/// </summary>
internal static class Simulate
{
    internal static int Worlds(string[] args)
    {
        var option = args.Skip(1).Chunk(2).ToDictionary(p => p[0], p => p[1], StringComparer.Ordinal);
        double Number(string key, double other) =>
            option.TryGetValue(key, out var text) ? double.Parse(text, CultureInfo.InvariantCulture) : other;
        if (option.TryGetValue("--case", out var file))
        {
            var (shape, plan) = Plan.Read(File.ReadAllText(file));
            var without = option.TryGetValue("--mutation", out var taken) ? Mutation.Named(taken) : null;
            var ending = Run.Of(shape, plan, without, Console.WriteLine);
            Console.WriteLine(ending.Violation?.ToString() ?? "no violation");
            return ending.Violation is null ? 0 : 1;
        }

        var clock = TimeProvider.System;
        var started = clock.GetTimestamp();
        var figures = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var (hours, faults, violations) = (0.0, 0L, 0);
        var last = Number("--from", 1) + Number("--seeds", option.ContainsKey("--faults") ? 1 : 20);
        var limit = TimeSpan.FromMinutes(Number("--minutes", 1e6));
        bool GoesOn(int seed) => (faults < Number("--faults", 0) || seed < last) && clock.GetElapsedTime(started) < limit;
        for (var seed = (int)Number("--from", 1); GoesOn(seed); seed++)
        {
            var shape = option.ContainsKey("--alerts") ? Shape.DrawnWithAlerts(seed)
                : option.ContainsKey("--stores") ? Shape.DrawnWithStores(seed) : Shape.Drawn(seed);
            var hosts = (int)Number("--hosts", shape.Hosts);
            shape = hosts == shape.Hosts ? shape : shape with { Hosts = hosts, Tasks = 2 * hosts };
            var mutation = option.TryGetValue("--mutation", out var name) ? Mutation.Named(name) : null;
            var plan = Plan.Drawn(shape, TimeSpan.FromHours(Number("--hours", 1)), Number("--density", 1),
                mutation?.Weather ?? (option.ContainsKey("--poisoned") ? Plan.Poisoned : null), poison: option.ContainsKey("--words"),
                edits: mutation is null);
            var ending = Run.Of(shape, plan, mutation, option.ContainsKey("--story") ? Console.WriteLine : null);
            (hours, faults) = (hours + ending.Virtual.TotalHours, faults + ending.Faults);
            foreach (var (what, times) in ending.Figures)
            {
                figures[what] = figures.GetValueOrDefault(what) + times;
            }

            if (ending.Violation is { } violation)
            {
                violations++;
                Console.WriteLine(option.ContainsKey("--brief") ? $"seed {seed}: {violation.Invariant}: {violation.What}"
                    : Shrink.Story(shape, plan, violation, mutation));
            }
        }

        var took = clock.GetElapsedTime(started);
        foreach (var (what, times) in figures)
        {
            Console.WriteLine($"{times,12} {what}");
        }

        Console.WriteLine($"{faults} faults, {hours:0.0} virtual hours in {took.TotalSeconds:0.0} s "
            + $"({hours * 3600 / took.TotalSeconds:0} × real time), violations {violations}");
        return violations == 0 ? 0 : 1;
    }
}
