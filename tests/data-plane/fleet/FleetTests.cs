namespace Holdfast.DataPlane.Tests.Fleet;

/// <summary>The bank while everybody who has a part in moving its rows is killed and paused.</summary>
[Trait("Category", "process")]
public sealed class FleetTests(ITestOutputHelper output)
{
    /// <summary>Each kind of failure whose recovery another one does not have.</summary>
    private static readonly Blow[] Few =
        [Blow.StoreKilled, Blow.HostPaused, Blow.ServicesKilled, Blow.SupervisorKilled, Blow.StoppedAtPoint];

    [Fact]
    [Trait("Category", "heavy")]
    public Task Nothing_is_lost_or_doubled_and_nobody_writes_of_the_past_in_a_fleet_that_fails() =>
        Dealt((int)TimeProvider.System.GetTimestamp(), random =>
        {
            var order = Few.ToArray();
            random.Shuffle(order);
            return order;
        });

    [Theory]
    [Trait("Category", "long")]
    [InlineData(1)]
    [InlineData(2)]
    public Task Nothing_is_lost_or_doubled_under_each_kind_of_blow_twice(int seed) => Dealt(seed, random =>
    {
        Blow[] order = [.. Enum.GetValues<Blow>(), .. Enum.GetValues<Blow>()];
        random.Shuffle(order);
        return order;
    });

    [Fact]
    [Trait("Category", "long")]
    public Task Nothing_is_lost_or_doubled_for_as_long_as_is_asked()
    {
        Assert.SkipWhen(AskedMinutes is null, "HOLDFAST_CRASH_MINUTES names no time; ./bench/run crash does");
        var time = TimeProvider.System;
        var started = time.GetTimestamp();
        var asked = TimeSpan.FromMinutes(double.Parse(AskedMinutes!, CultureInfo.InvariantCulture));
        return Dealt((int)started, random => Rounds(random).TakeWhile(_ => time.GetElapsedTime(started) < asked));
    }

    private static string? AskedMinutes => Environment.GetEnvironmentVariable("HOLDFAST_CRASH_MINUTES");

    /// <summary>Each kind of blow once, in another order each time, without an end.</summary>
    private static IEnumerable<Blow> Rounds(Random random)
    {
        while (true)
        {
            var order = Enum.GetValues<Blow>();
            random.Shuffle(order);
            foreach (var blow in order)
            {
                yield return blow;
            }
        }
    }

    private Task Dealt(int seed, Func<Random, IEnumerable<Blow>> order)
    {
        var random = new Random(seed);
        return FleetRun.Run(seed, order(random), random, output.WriteLine);
    }
}

/// <summary>One run of blows against one fleet.</summary>
internal static class FleetRun
{
    private static readonly TimeSpan ConvergedMax = TimeSpan.FromSeconds(180);

    internal static async Task Run(int seed, IEnumerable<Blow> order, Random random, Action<string> say)
    {
        say(string.Create(CultureInfo.InvariantCulture, $"seed {seed}"));
        await using var scene = await FleetScene.Start();
        var blows = new Blows(scene, random, say);
        await using var traffic = Traffic.Start(scene.Source, seed, closingEvery: 400, pause: TimeSpan.FromMilliseconds(10));
        foreach (var blow in order)
        {
            try
            {
                await blows.Deal(blow);
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"seed {seed}, {blow}: {error.Message}", error);
            }
        }

        await traffic.Stop();
        await scene.Converged(ConvergedMax);
        Assert.Equal(scene.Source.Rows(), scene.Sink.Rows());
        var (states, epochs) = (Witness.Check(scene.Sink), Witness.Epoch(scene.Sink));
        foreach (var (what, times) in blows.Counts)
        {
            say($"{times,6} {what}");
        }

        say($"{traffic.Made} transactions of the bank, each once; {states} of the sink, each with the bank's sum, {epochs} epochs one "
            + $"after the other; {blows.Fenced} writers of the past woke and ended with 3; "
            + $"longest without a row {blows.Longest.TotalSeconds:0} s");
    }
}
