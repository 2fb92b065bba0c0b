namespace Holdfast.Simulation.Tests;

/// <summary>The outcome of a run.</summary>
internal sealed record Outcome(Violation? Violation, ulong Hash, TimeSpan Virtual, long Events, IReadOnlyDictionary<string, long> Figures)
{
    internal long Faults => Figures.Where(f => f.Key.StartsWith("fault: ", StringComparison.Ordinal)).Sum(f => f.Value);
}

/// <summary>One world from its beginning to the end of its plan, or to the first invariant that does not hold.</summary>
internal static class Run
{
    internal static Outcome Of(Shape shape, Plan plan, Mutation? mutation = null, Action<string>? story = null)
    {
        var world = new World(shape, mutation ?? Mutation.None)
        {
            Story = story, OnlyTheStoreFails = plan.Faults.All(f => Plan.StoreFails.Contains(f.Kind)),
        };
        world.Steady.IsOn = plan.Faults.All(f => Plan.Unsteady.Contains(f.Kind));
        world.Begin();
        var roundEnd = TimeSpan.Zero;
        for (var round = 1; round <= plan.Rounds && world.Violation is null; round++)
        {
            var (start, end) = (roundEnd, roundEnd + plan.Round);
            roundEnd = end + Plan.Calm(shape);
            foreach (var fault in plan.Faults.Where(f => f.At >= start && f.At < roundEnd))
            {
                world.Time.At(fault.At.Ticks, null, () => Inject(world, fault, end));
            }

            Until(world, end);
            world.Operator.ForgetConfirmations();
            Until(world, end + (Plan.Calm(shape) / 2));
            world.Leaders.Succeed(round);
            Until(world, roundEnd);
            if (world.Violation is null)
            {
                CheckCalm(world);
            }
        }

        return new Outcome(world.Violation, world.Time.Hash, world.Time.Elapsed, world.Time.Events, world.Figures);
    }

    /// <summary>A fault ends with its round at the latest.</summary>
    private static void Inject(World world, Fault fault, TimeSpan roundEnd)
    {
        var end = Injection.Begin(world, fault);
        world.Time.At(Math.Min((fault.At + fault.For).Ticks, roundEnd.Ticks), null, () =>
        {
            world.Tell($"{fault.Kind} ends");
            end();
        });
    }

    private static void Until(World world, TimeSpan until)
    {
        while (world.Violation is null && world.Time.Now < until.Ticks)
        {
            // In steps, so that a run ends soon after what ends it.
            var step = TimeSpan.FromTicks(Math.Min(until.Ticks, world.Time.Now + TimeSpan.TicksPerSecond));
            world.Time.RunUntil(step);
        }
    }

    private static void CheckCalm(World world)
    {
        world.Count("calms");
        world.Watch.CheckLiveness();
        world.Watch.CheckTickets();
        world.Edits.CheckCalm();
        world.Stores?.CheckCalm();
        world.Alerts?.CheckCalm();
    }
}
