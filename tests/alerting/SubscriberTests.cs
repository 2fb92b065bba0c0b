using System.Diagnostics;
using System.Text.RegularExpressions;
using Holdfast.Alerting.Channels.Kafka;

namespace Holdfast.Alerting.Tests;

/// <summary>Promises to outside subscribers, and a client that is not ours at the other end.</summary>
public partial class SubscriberTests
{
    private static readonly string Root = Find();

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "Holdfast.slnx")))
        {
            directory = directory.Parent;
        }

        return directory.FullName;
    }

    [Fact]
    public void The_description_of_the_CloudEvent_is_what_is_sent()
    {
        using var sent = JsonDocument.Parse(CloudEvent.Of(Notification(), "http://holdfast.test"));
        var fields = sent.RootElement.EnumerateObject().Select(p => p.Name).Order();
        Assert.Equal(fields, Property().Matches(Schema("AlertEvent")).Select(m => m.Groups["name"].Value).Order());
    }

    [Fact]
    [Trait("Category", "process")]
    public async Task A_JavaScript_client_reads_alerts_and_resolutions_from_their_topics()
    {
        var folder = Path.Combine(Root, "samples", "consumers", "javascript");
        SkipWithoutPackages(folder);
        using var cluster = MockCluster.Start();
        var definition = new ChannelDefinition
        {
            Name = "kafka_ops",
            Kind = "kafka",
            Settings = new KafkaSettings { BootstrapServers = cluster.Servers, Topic = "alerts", ResolvedTopic = "resolved" },
        };
        await using var channel = Opened(definition);
        foreach (var key in new[] { "key-1", "key-1", "key-2" })
        {
            Assert.Equal(AnswerKind.Delivered, (await channel.Deliver(Notification(key), World.Cancel)).Kind);
        }

        var ended = Notification("key-3") with { Condition = AlertCondition.Resolved, Alert = Alert() with { ResolvedAt = T0 } };
        Assert.Equal(AnswerKind.Delivered, (await channel.Deliver(ended, World.Cancel)).Kind);
        var firing = $"{Alert().Fingerprint} firing oms_host_down host-1: host-1 is Down";
        var heard = await Node(folder, "consumer.mjs", "kafka", cluster.Servers, "alerts", "2");
        Assert.Equal(2, heard.Count(line => line == firing));
        var over = await Node(folder, "consumer.mjs", "kafka", cluster.Servers, "resolved", "1");
        Assert.Contains(firing.Replace("firing", "resolved"), over);
    }

    private static void SkipWithoutPackages(string folder) => Assert.SkipUnless(
        Directory.Exists(Path.Combine(folder, "node_modules", "kafkajs")),
        "the packages of samples/consumers/javascript are missing: (cd samples/consumers/javascript && npm ci), as ./test does");

    private static Task<string[]> Node(string folder, params string[] arguments) => Output("node", folder, arguments);

    private static async Task<string[]> Output(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException late)
        {
            process.Kill();
            throw new TimeoutException($"{program}: {await output} {await errors}", late);
        }

        return process.ExitCode == 0
            ? (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await errors}");
    }

    private static string Schema(string name)
    {
        var text = File.ReadAllText(Path.Combine(Root, "docs", "asyncapi.yaml"));
        var schemas = text[text.IndexOf("\n  schemas:", StringComparison.Ordinal)..];
        return Schemas().Split(schemas).Single(s => s.StartsWith($"    {name}:\n", StringComparison.Ordinal));
    }

    [GeneratedRegex("^(?=    [A-Z])", RegexOptions.Multiline)]
    private static partial Regex Schemas();

    [GeneratedRegex("^        (?<name>[a-zA-Z]+): \\{", RegexOptions.Multiline)]
    private static partial Regex Property();
}
