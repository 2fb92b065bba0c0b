using System.Diagnostics;

namespace Holdfast.Flow.Tests;

/// <summary>A JavaScript client on the real broker, with nothing but docs/asyncapi.yaml.</summary>
[Trait("Category", "process")]
public sealed class OutsideSubscriberTests(UnheardServices services) : IClassFixture<UnheardServices>
{
    private const int Messages = 6;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    private static readonly string Here =
        AppContext.BaseDirectory[..AppContext.BaseDirectory.IndexOf("/bin/", StringComparison.Ordinal)];

    private static readonly string Description = Path.GetFullPath(Path.Combine(Here, "..", "..", "docs", "asyncapi.yaml"));

    [Fact]
    public async Task It_binds_before_the_first_message_and_hears_each_kind_as_it_is_described()
    {
        Assert.SkipWhen(services.Missing is not null, services.Missing ?? "");
        SkipWithoutPackages();
        using var subscriber = Start(Description, services.Broker.Address.ToString(), $"{Messages}");
        var heard = new List<string>();
        var errors = subscriber.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Equal("listening", await Line(subscriber, errors));

        var lost = new FakeSupervisor(services.Api, "outside", "o1");
        await Eventually.Holds(async () => await services.Api.HostState("o1") is "Online" ? null : "o1 is Online", Soon);
        var created = await services.Api.Post("/api/v1/tasks", new JsonObject
        {
            ["name"] = "outside-1", ["type"] = "synchronization", ["region"] = "outside",
            ["source"] = new JsonObject { ["name"] = "outside-db", ["region"] = "outside" },
            ["incrSync"] = new JsonObject { ["command"] = new JsonArray("run") },
            ["store"] = new JsonObject { ["command"] = new JsonArray("store") },
        });
        Assert.True((int)created.Status == 201, $"{created.Body}");
        await lost.DisposeAsync();
        await Eventually.Holds(async () => await services.Api.HostState("o1") is "Down" ? null : "o1 is Down", Soon);
        await using var back = new FakeSupervisor(services.Api, "outside", "o1", incarnation: 2, succeeds: 1);
        while (await Line(subscriber, errors) is { } line)
        {
            heard.Add(line);
        }

        await subscriber.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Soon, TimeProvider.System);
        Assert.True(subscriber.ExitCode == 0, await errors);
        Assert.Equal(
            ["AlertRaised", "AlertSent", "HeartbeatReported", "HostDown", "HostRecovered", "StoreRequested"],
            heard.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_description_is_valid_by_the_parser_of_AsyncAPI()
    {
        SkipWithoutPackages();
        using var parsed = Start(Description);
        var errors = parsed.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await parsed.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(Soon, TimeProvider.System);
        await parsed.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Soon, TimeProvider.System);
        Assert.True(parsed.ExitCode == 0, await errors);
        Assert.Equal(Messages, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    private static void SkipWithoutPackages() => Assert.SkipUnless(
        Directory.Exists(Path.Combine(Here, "node_modules", "@asyncapi")),
        "the packages of tests/flow are missing: (cd tests/flow && npm install --ignore-scripts), as ./test does");

    private static async Task<string?> Line(Process process, Task<string> errors)
    {
        try
        {
            return await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask()
                .WaitAsync(Soon, TimeProvider.System);
        }
        catch (TimeoutException late)
        {
            process.Kill();
            throw new InvalidOperationException($"the subscriber said nothing within {Soon.TotalSeconds} s: {await errors}", late);
        }
    }

    private static Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo("node", ["subscriber.mjs", .. arguments])
    {
        WorkingDirectory = Here, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
    })!;
}
