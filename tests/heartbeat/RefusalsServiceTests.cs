using MassTransit;

namespace Holdfast.Heartbeat.Tests;

/// <summary>A host that is refused says so on the bus, whatever it is refused for.</summary>
[Trait("Category", "slow")]
public sealed class RefusalsServiceTests : RunningService
{
    private readonly BusHistory _history = new();

    private void Listen() => App.Services.GetRequiredService<IBus>().ConnectPublishObserver(_history);

    private HostRefusal? Told(string host, string code) =>
        _history.Batches.SelectMany(b => b.Refusals ?? []).LastOrDefault(r => r.Host == host && r.Code == code);

    /// <summary>Goes on as a supervisor does, until it is told.</summary>
    private async Task<HostRefusal> UntilTold(string host, string code, Func<Task<HttpResponseMessage>> attempt)
    {
        while (Told(host, code) is null)
        {
            using var answer = await attempt();
            Assert.False(answer.IsSuccessStatusCode);
            await Task.Delay(Seconds(0.1), TimeProvider.System, Limit.Token);
        }

        return Told(host, code)!;
    }

    private HttpRequestMessage As(string host, HttpContent body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/heartbeats") { Content = body };
        request.Headers.Add(Refusals.HostHeader, host);
        request.Headers.ExpectContinue = true; // a body that is too large is refused by its length
        request.Headers.Authorization = Http.DefaultRequestHeaders.Authorization;
        return request;
    }

    private static StringContent Text(string body) => new(body, new MediaTypeHeaderValue("application/json"));

    [Fact]
    public async Task One_that_was_never_heard_is_told_with_its_first_refusal()
    {
        Listen();
        Assert.Equal("HB-103", await Code(await Post(Report(sequence: -1))));
        await Until(() => Told("h1", "HB-103") is not null);
        var told = Told("h1", "HB-103")!;
        Assert.Equal(1, told.Times);
        Assert.Contains("sequence", told.Detail, StringComparison.Ordinal);
        Assert.NotEmpty(told.Workaround);
    }

    [Fact]
    public async Task One_that_is_heard_meanwhile_is_not_told_and_one_whose_lease_is_over_is_with_the_reason_of_the_door()
    {
        Listen();
        await Hear(Report(1, 1));
        Assert.Equal("HB-103", await Code(await Post(Report(sequence: -1))));
        await UntilTold("h1", "PF-104", () => Http.SendAsync(As("h1", Text(new string(' ', (4 << 20) + 1))), Limit.Token));
        // The refusal of the time when it had a lease was passed over.
        Assert.Null(Told("h1", "HB-103"));
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "no such token at all");
        var told = await UntilTold("h1", "PF-102", () => Http.SendAsync(As("h1", Text("{}")), Limit.Token));
        Assert.True(told.Times > 1);
        Assert.NotEmpty(told.Address);
    }

    [Fact]
    public async Task Nobody_without_a_token_can_make_a_host_up()
    {
        Http.DefaultRequestHeaders.Authorization = null;
        using var refused = await Http.SendAsync(As("invented", Text("{}")), Limit.Token);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.True(App.Services.GetRequiredService<BatchWindow>().Take(default).Refusals.Count == 0);
    }

    [Fact]
    public async Task A_bad_component_costs_its_host_nothing_and_goes_on_as_Abnormal()
    {
        Listen();
        var bad = Component("bad") with { Checkpoint = -1, DelaySeconds = -5 };
        await Hear(Report(1, 1) with { Components = [Component("good"), bad], Inventory = 1 });
        await Until(() => _history.Batches.Any(b => b.Reports.Any(r => r.Components is { Count: 2 })));
        var told = _history.Batches.SelectMany(b => b.Reports).First(r => r.Components is not null).Components!;
        Assert.Equal([ComponentState.Running, ComponentState.Abnormal], told.Select(c => c.State));
        Assert.StartsWith("HB-107 checkpoint is -1", told[1].Error, StringComparison.Ordinal);
        Assert.Null(Told("h1", "HB-103"));
    }
}
