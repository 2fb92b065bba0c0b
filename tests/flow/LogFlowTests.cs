using System.Diagnostics;

namespace Holdfast.Flow.Tests;

/// <summary>
/// Logs from the process that printed them to the person who reads them: a real supervisor, all services, the command line.
/// </summary>
[Trait("Category", "process")]
public sealed class LogFlowTests(InMemoryServices services) : IClassFixture<InMemoryServices>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    /// <summary>One exchange of heartbeats takes milliseconds; the rest is what a busy machine takes.</summary>
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(3);

    private Api Api => services.Api;

    /// <summary>Folder where the program and its local fleet's supervisor were built with this test.</summary>
    private static string Built { get; } = AppContext.BaseDirectory.Replace("/tests/flow/", "/apps/holdfast/", StringComparison.Ordinal);

    private string Token => Api.Http.DefaultRequestHeaders.Authorization!.Parameter!;

    private Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
            { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["HOLDFAST_TOKEN"] = Token;
        return Process.Start(start)!;
    }

    private static IReadOnlyList<string> Lines(Answer log, string output) =>
        [.. log.Body["outputs"]!.AsArray().Single(o => (string?)o!["name"] == output)!["lines"]!.AsArray().Select(l => (string)l!)];

    [Fact]
    public async Task What_a_component_and_its_supervisor_print_is_read_at_once_by_those_with_the_token()
    {
        using var directory = new TempDirectory();
        using var supervisor = Start(Built + "supervisor/holdfast-supervisor.dll", "--host", "log1", "--region", "logs", "--idc", "a",
            "--address", "127.0.0.1", "--server", Api.Http.BaseAddress!.ToString(), "--work-dir", directory.Location, "--usage", "work");
        supervisor.OutputDataReceived += (_, _) => { };
        supervisor.ErrorDataReceived += (_, _) => { };
        supervisor.BeginOutputReadLine();
        supervisor.BeginErrorReadLine();
        try
        {
            await Eventually.Holds(async () => await Api.HostState("log1") is not "Online" and var state ? state : null, Soon);
            await Api.CreateTask("logs-1", "logs",
                ["/bin/sh", "-c", "for i in 1 2 3; do echo line $i; done; printf 'bad \\377\\033[31m\\n' >&2; exec sleep 1000"]);
            var name = (await Eventually.Found(
                async () => (await Api.IncrSyncs()).FirstOrDefault(c => c is { Task: "logs-1", Pid: > 0 }), Soon, "logs-1 runs")).Name;
            var path = $"/api/v1/components/{Uri.EscapeDataString(name)}/logs";

            await Eventually.Holds(async () => (await Api.Get(path)).Body.ToString() is var printed
                && printed.Contains("bad", StringComparison.Ordinal) ? null : printed, Soon);

            var began = TimeProvider.System.GetTimestamp();
            var log = await Api.Get(path + "?lines=2");
            Assert.True(log.Status == HttpStatusCode.OK, $"{log.Status} {log.Body}");
            Assert.True(TimeProvider.System.GetElapsedTime(began) < AtOnce, $"{TimeProvider.System.GetElapsedTime(began)}");
            Assert.Equal(("log1", name), ((string?)log.Body["host"], (string?)log.Body["component"]));
            Assert.Equal(["line 2", "line 3"], Lines(log, "stdout.log"));
            Assert.Equal(["bad \uFFFD\e[31m"], Lines(log, "stderr.log"));
            Assert.Contains(Lines(await Api.Get("/api/v1/hosts/log1/logs"), "supervisor"), l => l.Contains(name, StringComparison.Ordinal));
            Assert.Equal("HB-602", (await Api.Get($"/api/v1/stores/{Uri.EscapeDataString(name)}/logs")).Code);
            Assert.Equal("HB-605", (await Api.Get("/api/v1/components/never/logs?host=log1")).Code);
            using var stranger = new Api(Api.Http.BaseAddress!.ToString(), "somebody-elses-token");
            Assert.Equal("PF-102", (await stranger.Get(path)).Code);

            await CommandLine(name);
            // The process that printed it was not touched for it, and nothing was moved.
            var after = (await Api.IncrSyncs()).Single(c => c.Task == "logs-1");
            Assert.Equal((name, "log1", 1L), (after.Name, after.Host, after.Epoch));
        }
        finally
        {
            await End(supervisor);
        }

        var gone = await Api.Get("/api/v1/hosts/log1/logs");
        Assert.Contains(gone.Code, (string[])["HB-603", "HB-608"]);
    }

    private async Task CommandLine(string name)
    {
        var shown = await Command("logs", name, "--lines", "1");
        Assert.Equal((0, "==> log1: stdout.log <==\nline 3\n==> log1: stderr.log <==\nbad \uFFFD\uFFFD[31m\n"), shown);
        var (exit, json) = await Command("logs", "--host", "log1", "--json");
        Assert.Equal((0, "supervisor"), (exit, (string?)JsonNode.Parse(json)!["outputs"]![0]!["name"]));
        (exit, var refused) = await Command("logs", "nobody");
        Assert.Equal(1, exit);
        Assert.StartsWith("HB-602 ", refused, StringComparison.Ordinal);
        Assert.NotEqual(0, (await Command("logs")).Exit);
    }

    private async Task<(int Exit, string Output)> Command(params string[] arguments)
    {
        using var process = Start([Built + "holdfast.dll", .. arguments, "--server", Api.Http.BaseAddress!.ToString()]);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Soon, TimeProvider.System);
        return (process.ExitCode, output + await error);
    }

    /// <summary>Ends it as a service manager does: its components end with it.</summary>
    private static async Task End(Process supervisor)
    {
        using var term = Process.Start("kill", ["-TERM", $"{supervisor.Id}"]);
        await term.WaitForExitAsync();
        try
        {
            await supervisor.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);
        }
        catch (TimeoutException)
        {
            supervisor.Kill(entireProcessTree: true);
            throw;
        }
    }
}
