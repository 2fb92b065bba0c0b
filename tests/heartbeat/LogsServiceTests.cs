using Holdfast.Heartbeat.Logs;
using MassTransit;
using Microsoft.AspNetCore.Builder;

namespace Holdfast.Heartbeat.Tests;

/// <summary>GET …/logs: asked in the reply, answered in the report, over one collector and over two.</summary>
[Trait("Category", "slow")]
public sealed class LogsServiceTests : RunningService
{
    private const string OfC1 = "/api/v1/components/c1/logs";

    private static HostReport New(long sequence) => Report(1, sequence) with { Inventory = 1, Components = [], ServesLogs = true };

    private static LogTail Answer(LogWanted wanted) =>
        new() { Id = wanted.Id, Outputs = [new LogOutput { Name = "stdout.log", Lines = [$"{wanted.Component} {wanted.Lines}"] }] };

    private Task Place(ComponentKind kind = ComponentKind.IncrSync) =>
        App.Services.GetRequiredService<DesiredComponents>().Place(Placed() with { Kind = kind }, Limit.Token);

    /// <summary>A second collector over the same state, which knows of the host and of the first one.</summary>
    private async Task<(WebApplication App, HttpClient Http)> Other()
    {
        var other = Build();
        await other.StartAsync(Limit.Token);
        var http = new HttpClient { BaseAddress = new Uri(other.Urls.Single()) };
        http.DefaultRequestHeaders.Authorization = Http.DefaultRequestHeaders.Authorization;
        await Place();
        await Hear(New(1));
        await Until(() => other.Services.GetRequiredService<HostRegistry>().Find("h1") is not null);
        await Until(() => other.Services.GetRequiredService<DesiredComponents>().Find("h1") is not null);
        var theirs = other.Services.GetRequiredService<CollectorHealth>();
        await Until(() => Health.Peers.AnyAlive(Health.Now) && theirs.Peers.AnyAlive(theirs.Now));
        return (other, http);
    }

    private static string Line(JsonElement log) => log.GetProperty("outputs")[0].GetProperty("lines")[0].GetString()!;

    private async Task<string?> Refused(string path, HttpStatusCode status)
    {
        var answer = await Http.GetAsync(path, Limit.Token);
        Assert.Equal(status, answer.StatusCode);
        return await Code(answer);
    }

    [Theory]
    [InlineData(OfC1 + "?lines=7", "c1 7")]
    [InlineData("/api/v1/stores/c1/logs", "c1 200")]
    [InlineData("/api/v1/hosts/h1/logs?lines=1000", " 1000")]
    [InlineData("/api/v1/components/elsewhere/logs?host=h1", "elsewhere 200")]
    public async Task A_held_heartbeat_is_answered_at_once_with_what_is_wanted_and_the_next_one_brings_it(string path, string line)
    {
        var history = new BusHistory();
        App.Services.GetRequiredService<IBus>().ConnectPublishObserver(history);
        await Place(ComponentKind.Store);
        await Hear(New(1));
        Admit(1, 1);
        App.Services.GetRequiredService<CurrentTerms>().Step(p => p.Begin(1, p.Granted with { Lease = Seconds(40) }));
        var held = Hear(New(2) with { DesiredVersion = 2 }, "?wait=20");
        await Until(() => App.Services.GetRequiredService<HostRegistry>().Find("h1")!.Known.Sequence == 2);
        var began = TimeProvider.System.GetTimestamp();
        var waiting = Http.GetAsync(path, Limit.Token);
        var wanted = Assert.Single((await held).Logs!);
        Assert.True(TimeProvider.System.GetElapsedTime(began) < Seconds(4));

        var next = await Hear(New(3) with { DesiredVersion = 2, Logs = [Answer(wanted)] });
        Assert.Null(next.Logs);
        var answer = await waiting;
        Assert.Equal((HttpStatusCode.OK, true), (answer.StatusCode, answer.Headers.CacheControl?.NoStore));
        var log = await answer.Content.ReadFromJsonAsync<JsonElement>(Limit.Token);
        Assert.Equal(("h1", line), (log.GetProperty("host").GetString(), Line(log)));

        await Until(() => history.Batches.Any(b => b.Reports.Any(r => r.Sequence == 3)));
        Assert.DoesNotContain(history.Batches.SelectMany(b => b.Reports), r => r.Logs is not null);
    }

    [Fact]
    public async Task Reading_a_log_needs_the_token_although_other_reading_does_not()
    {
        await Place();
        await Hear(New(1));
        foreach (var header in (AuthenticationHeaderValue?[])[null, new("Bearer", "not-the-token-of-this-one")])
        {
            Http.DefaultRequestHeaders.Authorization = header;
            foreach (var path in (string[])[OfC1, "/api/v1/stores/c1/logs", "/api/v1/hosts/h1/logs"])
            {
                Assert.Equal(header is null ? "PF-101" : "PF-102", await Refused(path, HttpStatusCode.Unauthorized));
            }
        }

        Assert.Equal(HttpStatusCode.OK, (await Http.GetAsync("/health/live", Limit.Token)).StatusCode);
    }

    [Fact]
    public async Task What_cannot_be_answered_is_refused_with_its_code()
    {
        Assert.Equal("HB-602", await Refused(OfC1, HttpStatusCode.NotFound));
        Assert.Equal("HB-401", await Refused("/api/v1/hosts/h1/logs", HttpStatusCode.NotFound));
        await Place();
        Assert.Equal("HB-401", await Refused(OfC1, HttpStatusCode.NotFound));
        Assert.Equal("HB-602", await Refused("/api/v1/stores/c1/logs", HttpStatusCode.NotFound));
        Assert.Equal("HB-601", await Refused(OfC1 + "?lines=0", HttpStatusCode.BadRequest));
        Assert.Equal("HB-601", await Refused(OfC1 + "?lines=1001", HttpStatusCode.BadRequest));
        Assert.Equal("PF-103", await Refused(OfC1 + "?lines=many", HttpStatusCode.BadRequest));

        // As a supervisor of an older version says it: the field is not there.
        await Hear(New(1) with { ServesLogs = false });
        Assert.Equal("HB-604", await Refused(OfC1, HttpStatusCode.Conflict));
        // A silent host, once the lease of 4 s is over.
        await Hear(New(2));
        await Until(() => Health.Now - App.Services.GetRequiredService<HostRegistry>().Find("h1")!.Known.Granted > Seconds(4));
        Assert.Equal("HB-603", await Refused(OfC1, HttpStatusCode.Conflict));
    }

    [Fact]
    [Trait("Category", "slow")]
    public async Task A_host_that_does_not_answer_is_waited_for_five_seconds_and_no_longer()
    {
        await Place();
        await Hear(New(1));
        var began = TimeProvider.System.GetTimestamp();
        Assert.Equal("HB-608", await Refused(OfC1, HttpStatusCode.GatewayTimeout));
        Assert.InRange(TimeProvider.System.GetElapsedTime(began), Seconds(5), Seconds(10));
        Assert.Null((await Hear(New(2))).Logs);
    }

    [Fact]
    public async Task A_log_that_breaks_the_limits_costs_the_host_no_lease()
    {
        await Place();
        await Hear(New(1));
        var waiting = Http.GetAsync(OfC1, Limit.Token);
        LogWanted? wanted = null;
        for (var sequence = 2; wanted is null; sequence++)
        {
            wanted = (await Hear(New(sequence), "?wait=0.2")).Logs?.Single();
        }

        var tail = Answer(wanted) with { Outputs = [new LogOutput { Name = "stdout.log", Lines = [new string('x', LogTail.BytesMax)] }] };
        Assert.True((await Hear(New(1000) with { Logs = [tail] })).Applied);
        var answer = await waiting;
        Assert.Equal((HttpStatusCode.BadGateway, "HB-606"), (answer.StatusCode, await Code(answer)));
    }

    [Fact]
    public async Task A_host_that_talks_to_another_collector_than_the_one_that_is_asked_answers_too()
    {
        var (other, atOther) = await Other();
        await using var disposed = other;
        using var closed = atOther;
        foreach (var path in (string[])[OfC1, "/api/v1/hosts/h1/logs"])
        {
            var waiting = atOther.GetAsync(path, Limit.Token);
            var sequence = App.Services.GetRequiredService<HostRegistry>().Find("h1")!.Known.Sequence;
            LogWanted? wanted = null;
            while (wanted is null)
            {
                wanted = (await Hear(New(++sequence), "?wait=0.5")).Logs?.Single();
            }

            await Hear(New(++sequence) with { Logs = [Answer(wanted)] });
            var answer = await waiting;
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal($"{wanted.Component} 200", Line(await answer.Content.ReadFromJsonAsync<JsonElement>(Limit.Token)));
        }

        // Nothing of it stays in the store, and nothing is asked of the host any more.
        var rows = App.Services.GetRequiredService<IDocuments<LogRow>>();
        Assert.Equal(0, await rows.Count(DocumentQuery<LogRow>.All, Limit.Token));
        await Until(() => App.Services.GetRequiredService<LogRequests>().WantedOf("h1") is null);
        await other.StopAsync(Limit.Token);
    }

    /// <summary>A gateway that gives each heartbeat to another collector in turn.</summary>
    [Fact]
    public async Task An_answer_that_comes_to_a_collector_before_the_question_does_is_not_lost()
    {
        var (other, atOther) = await Other();
        await using var disposed = other;
        using var closed = atOther;
        var sequence = 1;
        for (var round = 0; round < 5; round++)
        {
            var waiting = atOther.GetAsync(OfC1, Limit.Token);
            IReadOnlyList<LogWanted>? wanted = null;
            while (wanted is null)
            {
                var reply = await atOther.PostAsJsonAsync("/api/v1/heartbeats", New(++sequence), Json, Limit.Token);
                wanted = (await reply.Content.ReadFromJsonAsync<HeartbeatReply>(Json, Limit.Token))!.Logs;
            }

            await Hear(New(++sequence) with { Logs = [Answer(wanted.Single())] });
            Assert.Equal(HttpStatusCode.OK, (await waiting).StatusCode);
        }

        await other.StopAsync(Limit.Token);
    }
}
