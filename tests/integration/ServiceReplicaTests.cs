namespace Holdfast.Integration.Tests;

/// <summary>Alerting and the store manager twice each, behind one gateway: one of each may fail, and nobody notices.</summary>
[Trait("Category", "process")]
[Trait("Category", "heavy")]
public sealed class ServiceReplicaTests
{
    private const int Alerts = 20;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);
    private static readonly string[] Doubled = ["alerting", "store-manager"];

    [Fact]
    public async Task Two_of_alerting_and_two_store_managers_share_their_work_and_one_of_each_may_fail()
    {
        Assert.SkipWhen(SchedulerReplicas.Missing is not null, SchedulerReplicas.Missing ?? "");
        using var directory = new TempDirectory();
        await using var receiver = await Receiver.Start(200);
        await using var process = HoldfastProcess.Run(
            directory.Location, "--services", "--no-fleet", "--scale", "alerting=2", "--scale", "store-manager=2");
        using var api = await process.Ready();
        foreach (var service in Doubled)
        {
            await AllServe(directory.Location, service);
        }

        var channel = await api.Post("/api/v1/channels", new JsonObject
        {
            ["name"] = "ops", ["kind"] = "webhook", ["webhook"] = new JsonObject { ["url"] = receiver.Url },
        });
        Assert.True((int)channel.Status == 201, $"{channel.Body}");
        await Raised(api, receiver, "before");

        var killed = Doubled.Select(service => Of(directory.Location, service)[0]).ToList();
        killed.ForEach(k => k.Send(Signal.Kill));
        await Raised(api, receiver, "without");
        Assert.Equal(200, (int)(await api.Get("/api/v1/stores")).Status);
        foreach (var service in Doubled)
        {
            await AllServe(directory.Location, service);
        }
    }

    /// <summary>Each is told once: which replica accepts, and which one delivers, is nobody's business.</summary>
    private static async Task Raised(Api api, Receiver receiver, string prefix)
    {
        for (var i = 0; i < Alerts; i++)
        {
            var alert = new JsonObject { ["event"] = "oms_host_down", ["target"] = $"{prefix}-{i}", ["description"] = "d" };
            // One that was on its way to the replica that died is answered 502, for nobody knows what became of it: said again.
            await Eventually.Holds(async () => (int)(await api.Post("/api/v1/alerts", alert.DeepClone())).Status is not 202 and var status
                ? $"{status}" : null, Soon);
        }

        await Eventually.Holds(
            () => Raising.Told(receiver, $"{prefix}-").Count is var told and < Alerts ? $"{told} of {Alerts} told" : null, Soon);
        Assert.All(Raising.Told(receiver, $"{prefix}-"), told => Assert.Single(told.Select(r => r.Key).Distinct()));
    }

    private static List<ProcessMark> Of(string data, string service) =>
        [.. Proc.Naming(data).Where(p => Proc.Describe([p]).Contains($"holdfast-{service}", StringComparison.Ordinal))];

    /// <summary>Two processes, each with a port and a name of its own, each ready.</summary>
    private static Task<TimeSpan> AllServe(string data, string service) => Eventually.Holds(async () =>
    {
        var words = Of(data, service).Select(p => Proc.Describe([p]).Split(' ')).ToList();
        if (words.Count != 2 || words.Select(w => After(w, "--instance")).Distinct().Count() != 2)
        {
            return $"{words.Count} of {service} run";
        }

        foreach (var port in words.Select(w => int.Parse(After(w, "--port"), CultureInfo.InvariantCulture)))
        {
            using var replica = new Api($"http://127.0.0.1:{port}", "");
            try
            {
                if ((int)(await replica.Get("/health/ready")).Status is not 200 and var status)
                {
                    return $"{service} at {port} answers {status}";
                }
            }
            catch (HttpRequestException error)
            {
                return $"{service} at {port}: {error.Message}";
            }
        }

        return null;
    }, Soon);

    private static string After(string[] words, string option) => words[Array.IndexOf(words, option) + 1];
}
