namespace Holdfast.Simulation.Tests;

/// <summary>
/// A failing run made small: faults, rounds, tasks and hosts are taken away as long as the same invariant still breaks.
/// </summary>
internal static class Shrink
{
    /// <summary>Runs that are tried; a small story is worth seconds, not minutes.</summary>
    private const int TriesMax = 600;

    internal static (Shape Shape, Plan Plan) Of(Shape shape, Plan plan, Violation violation, Mutation? mutation = null)
    {
        var tries = 0;
        bool Fails(Shape s, Plan p) => ++tries <= TriesMax && Run.Of(s, p, mutation).Violation?.Invariant == violation.Invariant;

        plan = plan with
        {
            Rounds = (int)(violation.At / (plan.Round + Plan.Calm(shape))) + 1,
            Faults = [.. plan.Faults.Where(f => f.At <= violation.At)],
        };
        for (var smaller = true; smaller && tries < TriesMax;)
        {
            var before = (plan.Faults.Count, shape);
            plan = WithoutFaults(plan, p => Fails(shape, p));
            shape = Fewer(shape, s => s with { Tasks = s.Tasks - 1 }, s => s.Tasks > 0 && Fails(s, plan));
            shape = Fewer(shape, s => s with { Collectors = s.Collectors - 1 }, s => s.Collectors > 0 && Fails(s, plan));
            plan = Shorter(plan, p => Fails(shape, p));
            smaller = before != (plan.Faults.Count, shape);
        }

        return (shape, plan);
    }

    /// <summary>Leaves out faults in halves first, then in ever smaller pieces, the last ones first.</summary>
    private static Plan WithoutFaults(Plan plan, Func<Plan, bool> fails)
    {
        for (var piece = Math.Max(1, plan.Faults.Count / 2); piece >= 1; piece /= 2)
        {
            for (var from = plan.Faults.Count - piece; from >= 0; from -= piece)
            {
                var less = plan with { Faults = [.. plan.Faults.Where((_, i) => i < from || i >= from + piece)] };
                if (fails(less))
                {
                    plan = less;
                }
            }
        }

        return plan;
    }

    private static Shape Fewer(Shape shape, Func<Shape, Shape> less, Func<Shape, bool> fails)
    {
        while (less(shape) is var smaller && fails(smaller))
        {
            shape = smaller;
        }

        return shape;
    }

    private static Plan Shorter(Plan plan, Func<Plan, bool> fails)
    {
        for (var i = 0; i < plan.Faults.Count; i++)
        {
            var at = i;
            var less = plan with { Faults = [.. plan.Faults.Select((f, j) => j == at ? f with { ForMs = f.ForMs / 2 } : f)] };
            plan = plan.Faults[i].ForMs > 200 && fails(less) ? less : plan;
        }

        return plan;
    }

    /// <summary>The text to print of a failure: how to repeat it, the case, the events.</summary>
    internal static string Story(Shape shape, Plan plan, Violation violation, Mutation? mutation = null)
    {
        var (small, less) = Of(shape, plan, violation, mutation);
        var lines = new List<string>();
        var ending = Run.Of(small, less, mutation, lines.Add);
        return string.Create(CultureInfo.InvariantCulture, $"""
            seed {shape.Seed}: {violation.Invariant}: {violation.What}
            Smallest case ({less.Faults.Count} of {plan.Faults.Count} faults); keep it as tests/simulation/cases/NAME.txt:
            {less.Write(small)}
            Repeat it: ./test simulate --case tests/simulation/cases/NAME.txt
            What happened:
            {string.Join('\n', lines.TakeLast(60))}
            {ending.Violation}
            """);
    }
}
