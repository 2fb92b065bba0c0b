namespace Holdfast.Alerting.Tests;

/// <summary>The next beginning of a condition and its end are accepted at the same time, by two replicas or by one.</summary>
public class CrossingTests
{
    private static CancellationToken Cancel => World.Cancel;

    /// <summary>Somebody else comes first, once, at one of its writes.</summary>
    private sealed class Crossed(IDocuments<Alert> alerts) : PassingDocuments<Alert>(alerts)
    {
        internal Func<Task>? BeforeInsert { get; set; }

        internal Func<Task>? AfterReplace { get; set; }

        public override async Task<bool> Insert(Alert document, long version, CancellationToken cancel)
        {
            var now = BeforeInsert;
            BeforeInsert = null;
            await (now?.Invoke() ?? Task.CompletedTask);
            return await base.Insert(document, version, cancel);
        }

        public override async Task<bool> Replace(Alert document, long expected, CancellationToken cancel)
        {
            var done = await base.Replace(document, expected, cancel);
            var now = AfterReplace;
            AfterReplace = null;
            await (now?.Invoke() ?? Task.CompletedTask);
            return done;
        }
    }

    private static async Task<Alert> Over(World world)
    {
        await world.Channels.Insert(Webhook(), Cancel);
        await world.Raise(Firing(T0));
        return await world.Raise(Resolved(T0.AddSeconds(1)));
    }

    private static async Task AllAreOver(World world)
    {
        var alerts = (await world.Alerts.Query(DocumentQuery<Alert>.All, Cancel)).Items.Select(a => a.Document).ToList();
        Assert.Equal([1, 2], alerts.Select(a => a.Occurrence).Order());
        Assert.All(alerts, a => Assert.Equal(AlertCondition.Resolved, a.Condition));
    }

    [Fact]
    public async Task An_end_that_is_written_before_the_beginning_that_it_ends_still_ends_it()
    {
        await using var world = new World();
        await Over(world);
        var alerts = new Crossed(world.Alerts) { BeforeInsert = () => world.Raise(Resolved(T0.AddSeconds(3))) };
        await world.Over(alerts).Intake.Accept(Firing(T0.AddSeconds(2)), null, Cancel);
        await AllAreOver(world);
    }

    [Fact]
    public async Task A_beginning_that_comes_between_the_two_looks_of_its_end_is_ended_by_it()
    {
        await using var world = new World();
        var first = await Over(world);
        var next = AlertTransition.Decide(first, Firing(T0.AddSeconds(2)), Defaults, T0).Alert;
        var alerts = new Crossed(world.Alerts) { AfterReplace = () => world.Alerts.Insert(next, Cancel) };
        await world.Over(alerts).Intake.Accept(Resolved(T0.AddSeconds(3)), null, Cancel);
        await AllAreOver(world);
    }

    [Fact]
    public async Task What_a_crash_has_left_between_the_two_is_made_good_by_the_repeated_message()
    {
        await using var world = new World();
        var first = await Over(world);
        var next = AlertTransition.Decide(first, Firing(T0.AddSeconds(2)), Defaults, T0).Alert;
        await world.Raise(Resolved(T0.AddSeconds(3)));
        await world.Alerts.Insert(next, Cancel);
        await world.Raise(Firing(T0.AddSeconds(2)));
        await AllAreOver(world);
    }
}
