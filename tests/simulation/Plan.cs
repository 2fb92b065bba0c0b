namespace Holdfast.Simulation.Tests;

/// <summary>One fault: its kind, its time and length, and its target, an index that each kind reads in its own way.</summary>
internal readonly record struct Fault(int AtMs, FaultKind Kind, int Target, int ForMs, int Force)
{
    internal TimeSpan At => TimeSpan.FromMilliseconds(AtMs);

    internal TimeSpan For => TimeSpan.FromMilliseconds(ForMs);

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{AtMs} {Kind} target={Target} for={ForMs} force={Force}");

    internal static Fault Parse(string line)
    {
        var words = line.Split(' ');
        int Number(int word) => int.Parse(words[word].Split('=')[^1], CultureInfo.InvariantCulture);
        return new Fault(Number(0), Enum.Parse<FaultKind>(words[1]), Number(2), Number(3), Number(4));
    }
}

/// <summary>Rounds of faults, each followed by a calm in which everything has to come right again.</summary>
internal sealed record Plan(TimeSpan Round, int Rounds, IReadOnlyList<Fault> Faults)
{
    /// <summary>Faults in worlds with poisoned components: no machine goes off by itself but with its whole IDC.</summary>
    internal static IReadOnlyList<FaultKind> Poisoned { get; } =
    [
        FaultKind.ComponentPoisoned, FaultKind.LeaderKilled, FaultKind.LeaderStoreSlow, FaultKind.CollectorKilled, FaultKind.IdcOff,
    ];

    /// <summary>Nothing else fails: no lease of any host may end.</summary>
    internal static IReadOnlyList<FaultKind> StoreFails { get; } =
    [
        FaultKind.StoreRefuses, FaultKind.StoreStalls, FaultKind.StoreSlow, FaultKind.StoreAway, FaultKind.StoreLosesAnswers,
        FaultKind.StoreLosesRaces, FaultKind.LeaderStoreStalls, FaultKind.LeaderStoreSlow,
    ];

    /// <summary>Each way between collectors, schedulers, store and broker is cut for some.</summary>
    internal static IReadOnlyList<FaultKind> PartlyCut { get; } =
    [
        FaultKind.StoreRefuses, FaultKind.StoreRefuses, FaultKind.StoreAway, FaultKind.CollectorCutOut, FaultKind.CollectorCutOut,
        FaultKind.CollectorCutIn, FaultKind.CollectorKilled, FaultKind.SchedulerCutIn, FaultKind.HostCutIn,
    ];

    /// <summary>Hosts go off or stop at times, again and again, and people move work.</summary>
    internal static IReadOnlyList<FaultKind> Unsteady { get; } =
    [
        FaultKind.HostOff, FaultKind.HostPauses, FaultKind.HostPauses, FaultKind.MovedByHand, FaultKind.MovedByHand,
    ];

    /// <summary>Faults that are about one host's inside: no two at a time, since two failures at once are not promised.</summary>
    private static readonly FaultKind[] Inside =
    [
        FaultKind.HostOff, FaultKind.HostSuspended, FaultKind.IdcOff, FaultKind.SupervisorKilled, FaultKind.SupervisorStopped,
        FaultKind.GuardKilled, FaultKind.GuardStopped, FaultKind.HostPauses,
    ];

    internal static TimeSpan Calm(Shape shape) =>
        TimeSpan.FromSeconds(60 + (4 * shape.Ha.CheckHostDownIntervalSec) + (shape.ProfileName == "standard" ? 60 : 0));

    /// <summary>Draws the faults of this world, by its seed.</summary>
    /// <param name="shape">The world.</param>
    /// <param name="length">Time for which it goes on.</param>
    /// <param name="density">Factor on the usual number of faults in the same time.</param>
    /// <param name="only">Kinds of fault that there are; null: this world's own weather.</param>
    /// <param name="poison">Components say hostile words besides.</param>
    /// <param name="edits">In this world's own weather people change and delete tasks and hosts besides.</param>
    internal static Plan Drawn(Shape shape, TimeSpan length, double density = 1, IReadOnlyList<FaultKind>? only = null,
        bool poison = false, bool edits = true)
    {
        var random = new Random(shape.Seed ^ 0x5eed);
        var round = TimeSpan.FromSeconds(random.Next(120, 600));
        var rounds = Math.Max(1, (int)(length / (round + Calm(shape))));
        var gap = new[] { 2.0, 5, 12, 30 }[random.Next(4)] / density;
        var kinds = only ?? Kinds(random, shape);
        var faults = new List<Fault>();
        var busy = new Dictionary<int, double>();
        for (var r = 0; r < rounds; r++)
        {
            var start = 30 + (r * (round + Calm(shape)).TotalSeconds);
            var end = start + round.TotalSeconds - 30;
            for (var at = start; at < end; at += -Math.Log(1 - random.NextDouble()) * gap)
            {
                var kind = kinds[random.Next(kinds.Count)];
                var length0 = Math.Min(kind == FaultKind.HostDeleted ? Gone(random, shape) : Length(random), end - at);
                var target = random.Next(1000);
                var host = target % shape.Hosts;
                if (Array.IndexOf(Inside, kind) >= 0)
                {
                    if (busy.GetValueOrDefault(host) > at || busy.GetValueOrDefault(-1) > at)
                    {
                        continue;
                    }

                    busy[kind == FaultKind.IdcOff ? -1 : host] = at + length0 + 5;
                }

                faults.Add(new Fault((int)(at * 1000), kind, target, (int)(length0 * 1000), random.Next(1, 10)));
            }
        }

        var apart = (poison ? Poisons(shape, round, rounds) : []).Concat(edits && only is null
            ? Edits(shape, round, rounds, density).Concat(HostTroubles.Reinstallations(shape, round, rounds)) : []);
        return new Plan(round, rounds, [.. faults.Concat(apart).OrderBy(f => f.AtMs)]);
    }

    /// <summary>People who change and delete what there is.</summary>
    private static IEnumerable<Fault> Edits(Shape shape, TimeSpan round, int rounds, double density)
    {
        var gap = 60 / density;
        var random = new Random(shape.Seed ^ 0xed17);
        for (var r = 0; r < rounds; r++)
        {
            var start = 35 + (r * (round + Calm(shape)).TotalSeconds);
            var end = start + round.TotalSeconds - 40;
            for (var at = start; at < end; at += -Math.Log(1 - random.NextDouble()) * gap)
            {
                var kind = FaultKind.TaskDeleted + random.Next(3);
                var length = Math.Min(kind == FaultKind.HostDeleted ? Gone(random, shape) : Length(random), end - at);
                yield return new Fault((int)(at * 1000), kind, random.Next(1000), (int)(length * 1000), random.Next(1, 100));
            }
        }
    }

    /// <summary>Time for which a host is away that is deleted: until it is Down, and then some.</summary>
    private static double Gone(Random random, Shape shape) => (shape.Ha.CheckHostDownIntervalSec * 1.5) + (random.NextDouble() * 60);

    private static IEnumerable<Fault> Poisons(Shape shape, TimeSpan round, int rounds)
    {
        const double Gap = 15;
        var random = new Random(shape.Seed ^ 0x9015);
        for (var r = 0; r < rounds; r++)
        {
            var start = 40 + (r * (round + Calm(shape)).TotalSeconds);
            var end = start + round.TotalSeconds - 50;
            for (var at = start; at < end; at += -Math.Log(1 - random.NextDouble()) * Gap)
            {
                yield return new Fault((int)(at * 1000), FaultKind.ComponentSaysPoison, random.Next(1000),
                    (int)(Math.Min(Length(random), end - at) * 1000), random.Next(1, 100));
            }
        }
    }

    /// <summary>Each world has its own weather: some kinds of fault, not all.</summary>
    private static List<FaultKind> Kinds(Random random, Shape shape)
    {
        var all = Enum.GetValues<FaultKind>().Where(k => k < FaultKind.ComponentPoisoned && (k < FaultKind.ManagerKilled
            || (k < FaultKind.AlerterKilled ? shape.HasStores : shape.HasAlerts))).ToList();
        var kinds = all.Where(_ => random.Next(3) > 0).ToList();
        return kinds.Count == 0 ? all : kinds;
    }

    /// <summary>Mostly seconds, now and then minutes.</summary>
    private static double Length(Random random) => random.Next(4) switch
    {
        0 => random.NextDouble() * 2,
        1 => random.NextDouble() * 8,
        2 => random.NextDouble() * 30,
        _ => random.NextDouble() * 120,
    };

    internal string Write(Shape shape) => string.Join('\n', [shape.ToString(),
        string.Create(CultureInfo.InvariantCulture, $"plan round={Round.TotalSeconds} rounds={Rounds}"),
        .. Faults.Select(f => f.ToString()), ""]);

    internal static (Shape Shape, Plan Plan) Read(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(l => l[0] != '#').ToList();
        var words = lines[1].Split(' ', '=');
        return (Shape.Parse(lines[0]), new Plan(TimeSpan.FromSeconds(double.Parse(words[2], CultureInfo.InvariantCulture)),
            int.Parse(words[4], CultureInfo.InvariantCulture), [.. lines.Skip(2).Select(Fault.Parse)]));
    }
}
