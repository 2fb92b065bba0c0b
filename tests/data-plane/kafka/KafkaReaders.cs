namespace Holdfast.DataPlane.Tests.Kafka;

/// <summary>A message as a reader was given it.</summary>
internal sealed record Read(string Topic, int Partition, long Offset, string? Key, string? Value)
{
    internal JsonNode Event => JsonNode.Parse(Value!)!;
}

/// <summary>Clients that are not ours, which read only what is committed.</summary>
internal static class KafkaReaders
{
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(90);

    private static readonly string Here = AppContext.BaseDirectory[..AppContext.BaseDirectory.IndexOf("/bin/", StringComparison.Ordinal)];

    /// <summary>The reason why kcat cannot read here; null: it can.</summary>
    internal static string? NoKcat => File.Exists("/usr/bin/kcat") ? null : "kcat is not installed: apt install kafkacat";

    /// <summary>The reason why kafkajs cannot; null: it can.</summary>
    internal static string? NoKafkaJs => Directory.Exists(Path.Combine(Here, "node_modules", "kafkajs")) ? null
        : "kafkajs is missing: (cd tests/data-plane && npm install --ignore-scripts), as ./test does";

    /// <summary>All committed messages that kcat is given, each topic to its end.</summary>
    internal static Task<List<Read>> Kcat(string servers, params string[] topics) => Kcat(servers, "read_committed", topics);

    /// <summary>Reads all messages that kcat is given, also open and aborted ones.</summary>
    internal static Task<List<Read>> KcatAll(string servers, params string[] topics) => Kcat(servers, "read_uncommitted", topics);

    private static async Task<List<Read>> Kcat(string servers, string isolation, string[] topics)
    {
        var read = new List<Read>();
        foreach (var topic in topics)
        {
            foreach (var line in await Lines("/usr/bin/kcat",
                ["-C", "-q", "-e", "-J", "-b", servers, "-t", topic, "-o", "beginning", "-X", $"isolation.level={isolation}"]))
            {
                var message = JsonNode.Parse(line)!;
                read.Add(new Read(topic, (int)message["partition"]!, (long)message["offset"]!, (string?)message["key"],
                    (string?)message["payload"]));
            }
        }

        return Sorted(read);
    }

    /// <summary>All that kafkajs is given.</summary>
    internal static async Task<List<Read>> KafkaJs(string servers, int count, params string[] topics) => Sorted([.. (await Lines("node",
        [Path.Combine(Here, "kafka", "reader.mjs"), servers, count.ToString(CultureInfo.InvariantCulture), .. topics])).Select(
            l => JsonSerializer.Deserialize<Read>(l, JsonSerializerOptions.Web)!)]);

    private static List<Read> Sorted(List<Read> read) =>
        [.. read.OrderBy(r => r.Topic, StringComparer.Ordinal).ThenBy(r => r.Partition).ThenBy(r => r.Offset)];

    private static async Task<string[]> Lines(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
                process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Slow, TimeProvider.System);
            Assert.True(process.ExitCode == 0, await error);
            return (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        finally
        {
            process.Kill();
        }
    }
}
