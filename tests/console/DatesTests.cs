using System.CommandLine;
using System.Text.RegularExpressions;

namespace Holdfast.ConsoleUi.Tests;

/// <summary>Every page and every command that shows something: a moment is ISO 8601 with its zone.</summary>
[Trait("Category", "process")]
[Collection(ConsoleRunCollection.Name)]
public sealed partial class DatesTests(ConsoleRun run)
{
    /// <summary>Commands that show something, with what they need; X: an id that the fleet has by then.</summary>
    private static readonly Dictionary<string, string[]> Shows = new(StringComparer.Ordinal)
    {
        ["hosts"] = ["hosts"], ["tasks"] = ["tasks"], ["components"] = ["components"], ["status"] = ["status"],
        ["why"] = ["why", "h1", "--history"], ["what-if"] = ["what-if", "--lose", "h1"], ["alerts"] = ["alerts"],
        ["alerts deliveries"] = ["alerts", "deliveries", "ALERT"], ["alerts dead-letters"] = ["alerts", "dead-letters"],
        ["channels"] = ["channels"], ["channels health"] = ["channels", "health"],
        ["channels route"] = ["channels", "route", "--event", "oms_host_down", "--target", "h1"], ["silences"] = ["silences", "--ended"],
        ["maintenance"] = ["maintenance"], ["suspects"] = ["suspects"], ["tickets"] = ["tickets"], ["audit"] = ["audit"],
        ["tokens"] = ["tokens"], ["stores"] = ["stores"], ["stores coverage"] = ["stores", "coverage"],
        ["stores tickets"] = ["stores", "tickets"], ["stores why"] = ["stores", "why", "SUBTOPIC"],
        ["quotas"] = ["quotas"], ["thresholds"] = ["thresholds"], ["thresholds history"] = ["thresholds", "history"],
        ["headroom"] = ["headroom"], ["leaders"] = ["leaders"], ["config history"] = ["config", "history"],
        ["alerts events"] = ["alerts", "events"], ["alerts runbook"] = ["alerts", "runbook", "oms_host_down"],
        ["alerts children"] = ["alerts", "children", "ALERT"], ["stores history"] = ["stores", "history", "STORE"],
        ["config get"] = ["config", "get"], ["replay"] = ["replay", "DATA"], ["logs"] = ["logs", "h1"],
    };

    /// <summary>Commands that change something, show none of the fleet's moments, or never end; watch has a test of its own.</summary>
    private static readonly string[] Others =
    [
        "run", "kill", "start", "watch", "openapi", "completion", "drill", "verify", "workload", "backup", "restore", "drain", "undrain",
        "migrate", "batch", "upgrade begin", "upgrade finish", "upgrade rollback", "upgrade status", "config set", "config diff",
        "config import", "sources check", "sources slots", "sources sequences", "brake plan", "brake confirm", "thresholds import",
        "stores threshold", "secrets", "hosts enrol", "channels schema", "config keys", "config page",
    ];

    [Fact]
    public async Task No_page_of_one_object_shows_a_moment_without_its_zone()
    {
        await HasHistory();
        var alert = (await run.Api.List("/api/v1/alerts"))[0]["id"];
        var ticket = (await run.Api.List("/api/v1/tickets"))[0]["id"];
        var component = (await run.Api.List("/api/v1/components"))[0]["name"];
        string[] more = [$"/alerts/{alert}", $"/tickets/{ticket}", $"/incidents/{ticket}",
            "/components/" + Uri.EscapeDataString((string)component!), "/alerts?scope=silences"];
        var moments = 0;
        foreach (var path in more)
        {
            var page = await run.Open(path);
            moments += await Moments.AreWhole(page, path);
            await page.CloseAsync();
        }

        Assert.True(moments > 5, $"{moments} moments were shown");
        var page2 = await run.Inside.NewPageAsync();
        var markdown = await (await page2.APIRequest.GetAsync($"{run.Url}/incidents/{ticket}/export.md")).TextAsync();
        Assert.Matches(@"\| \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \|", markdown);
        Assert.DoesNotMatch(Moments.Bare(), markdown);
        await page2.CloseAsync();
    }

    [Fact]
    public async Task No_command_shows_a_moment_without_its_zone()
    {
        await HasHistory();
        var alert = (string)(await run.Api.List("/api/v1/alerts"))[0]["id"]!;
        var store = (await run.Api.List("/api/v1/stores"))[0];
        foreach (var (name, arguments) in Shows)
        {
            IReadOnlyList<string> given = [.. arguments.Select(a => a switch
            {
                "ALERT" => alert, "SUBTOPIC" => (string)store["subtopic"]!, "STORE" => (string)store["name"]!, "DATA" => run.Data, _ => a,
            }), .. name == "replay" ? Array.Empty<string>() : ["--data", run.Data]];
            var (exit, output) = await HoldfastProcess.Command(run.Data, given);
            Assert.True(exit is 0 or 1 or 3, $"{name}: exit {exit}: {output}");
            Assert.True(Moments.Bare().Match(output) is { Success: false }, $"{name}: {Moments.Bare().Match(output)}\n{output}");
        }
    }

    [Fact]
    public void Each_command_is_one_that_the_sweep_knows() =>
        Assert.Equal([], Leaves(Holdfast.App.Program.Commands(), "").Where(c => !Shows.ContainsKey(c) && !Others.Contains(c)
            && !Changes().IsMatch(c)));

    [Fact]
    public async Task Watch_says_when_with_the_zone()
    {
        await using var watch = HoldfastProcess.Start(run.Data, ["watch", "--data", run.Data], ownsData: false);
        var line = await Eventually.Found(() => Task.FromResult(
                watch.Output.Split('\n').FirstOrDefault(l => l.Contains(" hosts h", StringComparison.Ordinal))),
            TimeSpan.FromSeconds(30), "a line about a host");
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\dZ  hosts h", line);
    }

    /// <summary>There was an incident, with its alerts and its ticket; each test may be the first.</summary>
    private async Task HasHistory()
    {
        await run.Revive();
        if ((await run.Api.List("/api/v1/tickets?kind=Host%20failover")).Count == 0)
        {
            await run.Kill("h2");
            await Eventually.Found(async () => (await run.Api.List("/api/v1/tickets?kind=Host%20failover"))
                .FirstOrDefault(t => t["finishedAt"] is not null), TimeSpan.FromSeconds(60), "a finished failover");
            await run.Revive();
        }

        var until = TimeProvider.System.GetUtcNow().AddHours(1);
        await run.Api.Post("/api/v1/silences", new JsonObject
        {
            ["matcher"] = new JsonObject { ["targets"] = new JsonArray("nobody") },
            ["reason"] = "for its date", ["owner"] = "test", ["endsAt"] = Contracts.Iso.Seconds(until),
        });
    }

    private static IEnumerable<string> Leaves(Command command, string path)
    {
        foreach (var sub in command.Subcommands)
        {
            var name = $"{path} {sub.Name}".Trim();
            if (sub.Action is not null)
            {
                yield return name;
            }

            foreach (var below in Leaves(sub, name))
            {
                yield return below;
            }
        }
    }

    [GeneratedRegex(" (start|stop|release|edit|delete|add|pause|configure|resolve|retry|skip|approve|begin|end|test|resend|cancel|raise"
        + "|answer|create|revoke|put|enable|disable|set)$")]
    private static partial Regex Changes();
}
