using System.Net.Http.Json;

namespace Holdfast.Platform.Tests;

public sealed class ClockWatchTests
{
    private static readonly DateTimeOffset Battery = new(1970, 1, 1, 0, 1, 40, TimeSpan.Zero);

    [Theory]
    [InlineData("1970-01-01T00:01:40Z", false)]
    [InlineData("2025-12-31T23:59:59Z", false)]
    [InlineData("2026-01-01T00:00:00Z", true)]
    [InlineData("2125-12-31T23:59:59Z", true)]
    [InlineData("2126-01-01T00:00:00Z", false)]
    [InlineData("9999-12-31T23:59:59Z", false)]
    public void A_clock_can_be_right_from_the_year_of_this_program_on(string now, bool can) =>
        Assert.Equal(can, WallClock.WhyWrong(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture)) is null);

    [Theory]
    [InlineData(1.0, 1.0, null)]
    [InlineData(2.999, 1.0, null)]
    [InlineData(3.0, 1.0, 2.0)]
    [InlineData(-0.999, 1.0, null)]
    [InlineData(-1.0, 1.0, -2.0)]
    [InlineData(3600, 3600, null)]
    public void A_clock_was_set_when_it_went_two_seconds_more_or_less_than_time_did(double wall, double elapsed, double? step) =>
        Assert.Equal(step, WallClock.Step(TimeSpan.FromSeconds(wall), TimeSpan.FromSeconds(elapsed))?.TotalSeconds);

    [Fact]
    public void A_clock_of_1970_is_told_once_and_again_when_it_is_right_and_nothing_is_told_meanwhile()
    {
        var time = new ManualTime(Battery);
        var told = new List<ClockLook>();
        using var watch = new ClockWatch(time, told.Add);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Contains("1970-01-01T00:01:40Z", Assert.Single(told).Wrong, StringComparison.Ordinal);
        time.SetWallClock(new DateTimeOffset(2026, 11, 28, 12, 0, 0, TimeSpan.Zero));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, told.Count);
        Assert.Null(told[1].Wrong);
        Assert.True(told[1].Step > TimeSpan.FromDays(50 * 365));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, told.Count);
    }

    [Fact]
    public async Task A_start_waits_for_the_clock_and_answers_why_meanwhile()
    {
        var time = new ManualTime(Battery);
        var port = Free();
        var said = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var gate = Task.Run(() => ClockGate.Pass(time, said.Enqueue, new IPEndPoint(IPAddress.Loopback, port), max: null));
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        var ready = await Eventually(() => http.GetAsync("/health/ready"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        var report = await ready.Content.ReadFromJsonAsync<HealthReport>();
        Assert.StartsWith("PF-215 the clock says 1970", Assert.Single(report!.Parts).Why, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/health/live")).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.PostAsync("/api/v1/heartbeats", null)).StatusCode);
        time.SetWallClock(new DateTimeOffset(2026, 11, 28, 12, 0, 0, TimeSpan.Zero));
        await gate.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);
        Assert.Equal(2, said.Count);
    }

    [Fact]
    public void A_start_that_may_not_wait_for_ever_goes_on_and_a_right_clock_is_not_waited_for()
    {
        var said = new List<string>();
        ClockGate.Pass(new ManualTime(Battery), said.Add, null, TimeSpan.FromMilliseconds(300));
        Assert.Contains("although the clock says 1970", said[^1], StringComparison.Ordinal);
        said.Clear();
        ClockGate.Pass(new ManualTime(), said.Add, null, max: null);
        Assert.Empty(said);
    }

    private static int Free()
    {
        using var any = new TcpListener(IPAddress.Loopback, 0);
        any.Start();
        return ((IPEndPoint)any.LocalEndpoint).Port;
    }

    private static async Task<HttpResponseMessage> Eventually(Func<Task<HttpResponseMessage>> ask)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                return await ask();
            }
            catch (HttpRequestException) when (tries < 100)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System); // it does not listen yet
            }
        }
    }

    [Fact]
    public void Ready_says_that_the_clock_cannot_be_right_and_is_ready_once_it_is()
    {
        var time = new ManualTime(Battery);
        var health = new ClockHealth(time, NullLogger<ClockHealth>.Instance);
        var wrong = Health.Report(null, null, health.Say());
        Assert.False(wrong.Ready);
        Assert.Contains(wrong.Parts, p => p is { Part: "clock", Ready: false } && p.Why!.StartsWith("PF-215", StringComparison.Ordinal));
        time.SetWallClock(new DateTimeOffset(2026, 11, 28, 12, 0, 0, TimeSpan.Zero));
        Assert.True(Health.Report(null, null, health.Say()).Ready);
    }
}
