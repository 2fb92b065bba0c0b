namespace Holdfast.Containers.Tests;

/// <summary>Faults of the containers of services, of the broker and of the database.</summary>
[Collection(StackCollection.Name)]
[Trait("Category", "process")]
public sealed class ServiceFaultTests(Stack stack)
{
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongAway = TimeSpan.FromSeconds(65);
    private static readonly TimeSpan ReadyMax = TimeSpan.FromSeconds(180);

    [Theory]
    [InlineData("heartbeat")]
    [InlineData("ha-scheduler")]
    [InlineData("store-manager")]
    [InlineData("alerting")]
    [InlineData("console")]
    [InlineData("door")]
    [InlineData("kafka")]
    public async Task A_service_that_is_killed_and_started_again_moves_nothing(string service)
    {
        await using var trial = await Trial.Begin(stack, $"`docker kill` of {service}, started again 5 s later");
        Task Kill() => stack.Docker("kill", Stack.Name(service));
        await (service == "kafka" ? trial.WhileQuiet(Kill) : Kill());
        await Trial.Lasts(Away);
        await stack.Docker("start", Stack.Name(service));
        await Healthy(service);
        await trial.NothingHasMoved();
        await trial.End();
    }

    [Fact]
    public async Task A_service_whose_process_dies_is_started_again_by_the_engine()
    {
        await using var trial = await Trial.Begin(stack, "`kill -9` of the process of ha-scheduler, nobody starts it again");
        var name = Stack.Name("ha-scheduler");
        var before = await Restarts(name);
        await stack.Kill(name);
        var took = await Eventually.Holds(async () => await Restarts(name) > before ? null : "started again", ReadyMax);
        await Healthy("ha-scheduler");
        trial.Saw(string.Create(CultureInfo.InvariantCulture, $"started by the engine after {took.TotalSeconds:0.0} s"));
        await trial.NothingHasMoved();
        await trial.End();
    }

    [Theory]
    [InlineData("rabbitmq")]
    [InlineData("database")]
    public async Task A_server_that_is_away_for_a_minute_moves_nothing_and_a_host_that_dies_afterwards_is_found(string server)
    {
        await using var trial = await Trial.Begin(stack,
            $"`docker kill` of {server}, away for {LongAway.TotalSeconds:0} s; then of a supervisor");
        await stack.Docker("kill", Stack.Name(server));
        await Trial.Lasts(LongAway);
        await stack.Docker("start", Stack.Name(server));
        await Healthy(server);
        var before = await stack.Settled();
        await trial.NothingHasMoved();
        var host = Stack.ContainerOf(before.GroupBy(c => c.Host).MaxBy(g => g.Count())!.Key);
        await stack.Docker("kill", Stack.Name(host));
        await trial.Moved(host, ReadyMax);
        await stack.Docker("start", Stack.Name(host));
        await trial.End();
    }

    [Fact]
    public async Task Services_are_scaled_up_and_down_under_load_while_a_host_dies()
    {
        await using var trial = await Trial.Begin(stack,
            "`--scale heartbeat=2 --scale ha-scheduler=2 --scale store-manager=2 --scale alerting=3`, `docker kill` of a supervisor, "
            + "all scaled down to one again");
        await Scale(heartbeat: 2, scheduler: 2, stores: 2, alerting: 3);
        foreach (var (service, count) in new[] { ("heartbeat", 2), ("ha-scheduler", 2), ("store-manager", 2), ("alerting", 3) })
        {
            await Healthy(service, count);
        }

        await stack.Settled();
        await trial.NothingHasMoved();
        var host = trial.Busiest;
        await stack.Docker("kill", Stack.Name(host));
        await trial.Moved(host, ReadyMax);
        await Scale(heartbeat: 1, scheduler: 1, stores: 1, alerting: 1);
        await stack.Docker("start", Stack.Name(host));
        await trial.End();
    }

    private Task<string> Scale(int heartbeat, int scheduler, int stores, int alerting) => stack.Compose(
        "up", "-d", "--no-build", "--no-recreate", "--scale", $"heartbeat={heartbeat}", "--scale", $"ha-scheduler={scheduler}",
        "--scale", $"store-manager={stores}", "--scale", $"alerting={alerting}");

    /// <summary>Waits until it is healthy, as its own health check says.</summary>
    private async Task Healthy(string service, int number = 1) => await Eventually.Holds(
        async () => await stack.HealthOf(service, number) is not "healthy" and var health ? $"{service} {number} is {health}" : null,
        ReadyMax);

    private async Task<int> Restarts(string name) =>
        int.Parse(await stack.Docker("inspect", "-f", "{{.RestartCount}}", name), CultureInfo.InvariantCulture);
}
