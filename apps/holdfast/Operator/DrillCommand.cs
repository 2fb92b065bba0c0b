using Holdfast.App.Fleet;
using Holdfast.App.Processes;
using Holdfast.Contracts.Views;

namespace Holdfast.App.Operator;

/// <summary>
/// <c>holdfast drill HOST</c>: a game day. Asks what would happen, then kills the supervisor of a host of the local fleet. Watches
/// whether it does happen and how long each step takes. Brings the host back, and compares all rows that sample tasks have moved.
/// </summary>
internal static class DrillCommand
{
    internal const int NotPassed = 3;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    internal static Command Create()
    {
        var host = new Argument<string>("host") { Description = "The canary.", DefaultValueFactory = _ => "h1" };
        host.AcceptOnlyFromAmong([.. FleetHost.All.Select(h => h.Id)]);
        var limit = new Option<int>("--limit") { Description = "Seconds that each step may take.", DefaultValueFactory = _ => 60 };
        var command = new Command("drill", "Kill a canary host's supervisor, watch, report. Exit code 0: passed; 3: not.") { host, limit };
        Asking.Does(command, (parsed, data, api, cancel) => new Drill(api, FleetHost.Named(parsed.GetValue(host)!)!, data,
            TimeSpan.FromSeconds(parsed.GetValue(limit)), TimeProvider.System).Run(cancel));
        return command;
    }

    private sealed class Drill(Asking api, FleetHost host, string data, TimeSpan limit, TimeProvider time)
    {
        private readonly List<string[]> _report = [["step", "seconds", "outcome"]];

        internal async Task<int> Run(CancellationToken cancel)
        {
            if (host.Read(data) is not { } canary || !canary.Process.Runs() || await StateOfHost() != HostState.Online)
            {
                throw new RefusedException($"{host.Id} must be Online and of the fleet in {data}.\n  What to do: holdfast start {host.Id}");
            }

            var forecast = api.Read<WhatIfForecast>(QuestionCommands.Path, await api.Send(HttpMethod.Post, QuestionCommands.Path,
                new JsonObject { ["lose"] = new JsonObject { ["hosts"] = new JsonArray((JsonNode)host.Id) } }));
            var expected = forecast.Moves;
            Console.WriteLine($"{host.Id}: {Counted.Of(expected.Count, "component")} should move, "
                + string.Create(CultureInfo.InvariantCulture, $"noticed within {forecast.DetectionSeconds} s"));
            canary.Process.Send(Signal.Kill);
            var passed = await Step($"{host.Id} is Down", async () => await StateOfHost() == HostState.Down, cancel)
                && await Step("all have a new place", async () => (await Placed(expected.Select(e => e.Task))).All(c =>
                    c?.Host != host.Id), cancel)
                && await Step("what should run runs", async () =>
                    (await Placed(expected.Where(e => e.Starts).Select(e => e.Task))).All(c =>
                        c?.State == ComponentState.Running), cancel)
                && await Step("an alert was raised", async () =>
                    (await api.Get<ListPage<AlertView>>($"/api/v1/alerts?event={AlertEvents.HostDown}&limit=20")).Items
                        .Any(a => a.Host == host.Id && a.Condition == AlertCondition.Firing), cancel);
            await System.IO.File.WriteAllTextAsync(host.StartRequestFile(data), "", cancel);
            passed &= await Step($"{host.Id} is back Online", async () => await StateOfHost() == HostState.Online, cancel);
            Tables.Print(_report);
            var isEqual = await Compare(cancel);
            Console.WriteLine(passed ? "passed" : "NOT passed; see: holdfast why " + host.Id);
            if (isEqual is not { } compared)
            {
                return passed ? 0 : NotPassed;
            }

            Console.WriteLine(compared.Line);
            return passed && compared.ExitCode == 0 ? 0 : NotPassed;
        }

        /// <returns>Null: no task of this fleet has rows that can be compared.</returns>
        private async Task<VerifiedText?> Compare(CancellationToken cancel)
        {
            if (!Verification.All(data).Any())
            {
                return null;
            }

            var text = new VerifiedText(await new Verification(api, data, limit, cancel).Of([]));
            text.PrintTables();
            return text;
        }

        private async Task<bool> Step(string what, Func<Task<bool>> holds, CancellationToken cancel)
        {
            var started = time.GetTimestamp();
            var isDone = false;
            while (!isDone && time.GetElapsedTime(started) < limit)
            {
                isDone = await holds();
                if (!isDone)
                {
                    await Task.Delay(Interval, time, cancel);
                }
            }

            _report.Add([what, time.GetElapsedTime(started).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture), isDone
                ? "pass" : "fail"]);
            return isDone;
        }

        private async Task<HostState> StateOfHost() => (await api.Get<HostView>($"/api/v1/hosts/{host.Id}")).State;

        /// <returns>The Incr-Sync of each task; null: it has none at the moment.</returns>
        private async Task<IReadOnlyList<ComponentView?>> Placed(IEnumerable<string> tasks)
        {
            var found = new List<ComponentView?>();
            foreach (var task in tasks)
            {
                found.Add((await api.Get<TaskView>($"/api/v1/tasks/{Uri.EscapeDataString(task)}")).IncrSync);
            }

            return found;
        }
    }
}
