namespace Holdfast.Integration.Tests;

/// <summary>The consumers that the documentation shows, as they stand there, beside a real broker and a real Holdfast.</summary>
[Trait("Category", "process")]
public sealed class SampleTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);
    private static readonly string Samples = AppContext.BaseDirectory[..AppContext.BaseDirectory
        .IndexOf("/tests/integration/", StringComparison.Ordinal)] + "/samples/consumers/";

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task The_samples_hear_what_is_raised_and_what_was_sent_once_each()
    {
        Assert.SkipWhen(Rabbit.Missing is not null, Rabbit.Missing ?? "");
        SkipWithoutPackages();
        await using var rabbit = new Rabbit();
        await rabbit.Start();
        await using var receiver = await Receiver.Start(200);
        await using var run = HoldfastProcess.Run(_directory.Location, "--no-fleet", "--rabbitmq", rabbit.Address.OriginalString);
        using var api = await run.Ready();
        var channel = new JsonObject { ["name"] = "ops", ["kind"] = "webhook", ["webhook"] = new JsonObject { ["url"] = receiver.Url } };
        Assert.Equal(HttpStatusCode.Created, (await api.Post("/api/v1/channels", channel)).Status);
        await using var csharp = Sample.Start(
            ["dotnet", $"{Samples}csharp/bin/Release/net10.0/holdfast-sample-consumer.dll", rabbit.Address.OriginalString]);
        await using var javascript = Sample.Start(["node", $"{Samples}javascript/consumer.mjs", "amqp", rabbit.Address.OriginalString]);
        await csharp.Says("listening");
        await javascript.Says("listening");
        await Raising.Raise(rabbit.Address, ["sampled-1", "sampled-2"]);
        await Hears(csharp);
        await Hears(javascript);
    }

    private static async Task Hears(Sample sample)
    {
        foreach (var target in new[] { "sampled-1", "sampled-2" })
        {
            await sample.Says("raised", "firing", "oms_host_down", target);
            await sample.Says("sent", "ops", "oms_host_down", target, "Successful");
            Assert.Single(
                sample.Lines, l => l.StartsWith("sent", StringComparison.Ordinal) && l.Contains(target, StringComparison.Ordinal));
        }
    }

    private static void SkipWithoutPackages() => Assert.SkipUnless(
        Directory.Exists($"{Samples}javascript/node_modules/amqplib"),
        "the packages of samples/consumers/javascript are missing: (cd samples/consumers/javascript && npm ci), as ./test does");

    private sealed class Sample : IAsyncDisposable
    {
        private readonly Process _process;
        private readonly StringBuilder _output = new();

        private Sample(Process process) => _process = process;

        internal string[] Lines
        {
            get
            {
                lock (_output)
                {
                    return _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
                }
            }
        }

        internal static Sample Start(IReadOnlyList<string> command)
        {
            var sample = new Sample(new Process
            {
                StartInfo = new ProcessStartInfo(command[0], command.Skip(1))
                    { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true },
            });
            sample._process.OutputDataReceived += (_, line) => sample.Hear(line.Data);
            sample._process.ErrorDataReceived += (_, line) => sample.Hear(line.Data);
            sample._process.Start();
            sample._process.BeginOutputReadLine();
            sample._process.BeginErrorReadLine();
            return sample;
        }

        internal Task<TimeSpan> Says(params string[] words) => Eventually.Holds(
            () => Lines.Any(l => words.All(w => l.Contains(w, StringComparison.Ordinal)))
                ? null : $"a line with {string.Join(", ", words)} in: {string.Join(" | ", Lines)}", Soon);

        public async ValueTask DisposeAsync()
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        private void Hear(string? line)
        {
            lock (_output)
            {
                _output.Append(line).Append('\n');
            }
        }
    }
}
