namespace Holdfast.Flow.Tests.CommandLine;

/// <summary>Answers to a statement at which a task has stopped, by the command line, through the real API.</summary>
[Collection(OwnsTheConsole.Name)]
[Trait("Category", "slow")]
public sealed class AnswerTests(InMemoryServices services) : IClassFixture<InMemoryServices>
{
    private const string Ticket = "0123456789abcdef";
    private const string Other = "fedcba9876543210";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    private Api Api => services.Api;

    [Fact]
    public async Task An_answer_is_taken_once_and_only_for_the_statement_that_is_asked_about()
    {
        await using var host = await Stopped("once", "o1");
        Assert.Equal((1, "DP-428"), Code(await Answer("once", Other, "--skip")));
        // HA may have started it anew meanwhile, as it does with whatever fails.
        var before = host.Desired[0].Epoch;
        Assert.Equal(0, (await Answer("once", Ticket, "--done")).Exit);
        host.Error = null;
        await Eventually.Holds(
            () => Task.FromResult(host.Desired is [var now] && now.Epoch > before ? null : "it is not started anew"), Soon);
        Assert.Equal([$"{Ticket} done"], await Answers("once"));

        // Sent again, and by somebody who came later with another one.
        var version = await Version("once");
        var again = await Answer("once", Ticket, "--done");
        Assert.Equal(0, again.Exit);
        Assert.Contains("already", again.Out, StringComparison.Ordinal);
        Assert.Equal((1, "DP-429"), Code(await Answer("once", Ticket, "--skip")));
        Assert.Equal((version, $"{Ticket} done"), (await Version("once"), Assert.Single(await Answers("once"))));

        // The answer did not fit: the task stops there again, and may be answered otherwise.
        host.Error = $"DP-422 statement ticket {Ticket}: it is said to be done, and the sink has no such table";
        await Asks("once");
        Assert.Equal(0, (await Answer("once", Ticket, "--skip")).Exit);
        Assert.Equal([$"{Ticket} skip"], await Answers("once"));
    }

    [Fact]
    public async Task Of_two_who_answer_at_once_one_is_told_that_the_other_was_first()
    {
        await using var host = await Stopped("both", "b1");
        var task = await Api.Get("/api/v1/tasks/both");
        // As the command does it, on what both have read.
        async Task<Holdfast.Tests.Answer> Give(string answer)
        {
            var config = task.Body["configs"]!["incrSync"]!.DeepClone().AsObject();
            config["incrSync"]!["ddl"] = new JsonObject
            {
                ["answers"] = new JsonArray(new JsonObject { ["ticket"] = Ticket, ["answer"] = answer }),
            };
            return await Api.Patch("/api/v1/tasks/both", new JsonObject { ["incrSync"] = new JsonObject { ["config"] = config } },
                $"\"{task.Body["version"]}\"");
        }

        var given = await Task.WhenAll(Give("done"), Give("skip"));
        var refused = Assert.Single(given, g => (int)g.Status == 412);
        Assert.Equal("HA-117", refused.Code);
        Assert.Single(given, g => (int)g.Status == 200);
        Assert.Single(await Answers("both"));
    }

    private async Task<FakeSupervisor> Stopped(string id, string name)
    {
        var host = new FakeSupervisor(Api, id, name)
        {
            Error = $"DP-421 statement at 0/1: statement ticket {Ticket}: the task does not apply dropTable by itself",
        };
        await Eventually.Holds(async () => await Api.HostState(name) is not "Online" and var state ? $"{name} is {state}" : null, Soon);
        var made = await Api.Post("/api/v1/tasks", new JsonObject
        {
            ["name"] = id, ["type"] = "synchronization", ["region"] = id, ["source"] = new JsonObject { ["name"] = $"{id}-db" },
            ["incrSync"] = new JsonObject
            {
                ["command"] = new JsonArray("run"), ["config"] = new JsonObject { ["incrSync"] = new JsonObject { ["lanes"] = 2 } },
            },
        });
        Assert.True((int)made.Status == 201, $"{made.Body}");
        await Asks(id);
        return host;
    }

    private Task<TimeSpan> Asks(string id) => Eventually.Holds(async () => (await Api.Get($"/api/v1/tasks/{id}")).Body is var task
        && ((string?)task["incrSync"]?["error"])?.Contains(Ticket, StringComparison.Ordinal) == true ? null : $"{task}", Soon);

    private async Task<string[]> Answers(string id) =>
        [.. ((await Api.Get($"/api/v1/tasks/{id}")).Body["configs"]!["incrSync"]!["incrSync"]!["ddl"]!["answers"]!).AsArray()
            .Select(a => $"{a!["ticket"]} {a["answer"]}")];

    private async Task<long> Version(string id) => (long)(await Api.Get($"/api/v1/tasks/{id}")).Body["version"]!;

    private Task<(int Exit, string Out, string Error)> Answer(string id, string ticket, string answer) => AskedServer.Run(
        "tasks", "answer", id, ticket, answer, "--server", Api.Http.BaseAddress!.ToString(), "--data", services.Data);

    private static (int Exit, string Code) Code((int Exit, string Out, string Error) ended) => (ended.Exit, ended.Error[..6]);
}
