using Holdfast.Contracts;
using Holdfast.Platform.Bus;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Holdfast.Platform.Tests;

/// <summary>A process that is told to end ends, whatever it was doing.</summary>
[Trait("Category", "slow")]
public sealed class EndTests : IDisposable
{
    private static readonly TimeSpan TestMax = TimeSpan.FromSeconds(60);

    private readonly TempDirectory _directory = new();
    private readonly CancellationTokenSource _limit = new(TestMax, TimeProvider.System);

    public void Dispose()
    {
        _limit.Dispose();
        _directory.Dispose();
    }

    private async Task<WebApplication> Started()
    {
        var app = HoldfastHost.Build(new Settings { Port = 0, DataDirectory = _directory.Location }, [new Slow()],
            TokenAuth.Load(_directory.Location).Value!);
        await app.StartAsync(_limit.Token);
        return app;
    }

    private static async Task<TimeSpan> Ended(WebApplication app)
    {
        var told = TimeProvider.System.GetTimestamp();
        app.Lifetime.StopApplication();
        await app.WaitForShutdownAsync(CancellationToken.None).WaitAsync(TestMax, TimeProvider.System);
        await app.DisposeAsync().AsTask().WaitAsync(TestMax, TimeProvider.System);
        return TimeProvider.System.GetElapsedTime(told);
    }

    /// <summary>1,000 messages of which each takes a tenth of a second: the transport would take 100 s.</summary>
    [Fact]
    public async Task What_is_still_in_the_line_of_a_bus_in_memory_is_left_there()
    {
        await using var app = await Started();
        var bus = app.Services.GetRequiredService<IBus>();
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => bus.Publish(Some, _limit.Token)));
        await SlowConsumer.Began.Task.WaitAsync(TestMax, TimeProvider.System);
        Assert.InRange(await Ended(app), TimeSpan.Zero, EndLimit.Max);
    }

    [Fact]
    public async Task A_request_that_waits_for_ever_holds_up_no_end()
    {
        await using var app = await Started();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        var asked = client.GetAsync(new Uri("/slow", UriKind.Relative), _limit.Token);
        await Slow.Asked.Task.WaitAsync(TestMax, TimeProvider.System);
        Assert.InRange(await Ended(app), OpenConnections.Patience * 0.9, EndLimit.Max);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => asked);
    }

    [Fact]
    public async Task An_end_that_does_not_come_is_made_and_names_what_hangs()
    {
        using var stopping = new CancellationTokenSource();
        using var stuck = new Stuck();
        await stuck.StartAsync(CancellationToken.None);
        var exited = new TaskCompletionSource();
        var log = new Recording();
        using var limit = new EndLimit(TimeSpan.FromMilliseconds(50), exited.SetResult);
        limit.Begin(() => EndLimit.Running([stuck]), log, stopping.Token);
        Assert.False(exited.Task.IsCompleted);
        await stopping.CancelAsync();
        await exited.Task.WaitAsync(TestMax, TimeProvider.System);
        Assert.StartsWith("PF-340", log.Said);
        Assert.Contains(nameof(Stuck), log.Said);
    }

    [Fact]
    public async Task An_end_in_time_is_left_alone()
    {
        using var stopping = new CancellationTokenSource();
        var exits = 0;
        using (var limit = new EndLimit(TestMax, () => exits++))
        {
            limit.Begin(() => [], NullLogger.Instance, stopping.Token);
            await stopping.CancelAsync();
        }

        Assert.Equal(0, exits);
    }

    [Theory]
    [InlineData(1.9, true)]
    [InlineData(2.1, false)]
    public async Task Messages_are_consumed_for_two_seconds_after_the_order_to_end(double seconds, bool isConsumed)
    {
        var (time, lifetime, consumed) = (new ManualTime(), new Lifetime(), false);
        var filter = new EndOfConsuming(lifetime, time);
        var next = Pipe.Execute<ConsumeContext>(_ => consumed = true);
        await filter.Send(null!, next);
        Assert.True(consumed);
        consumed = false;
        lifetime.StopApplication();
        time.Advance(TimeSpan.FromSeconds(seconds));
        await filter.Send(null!, next);
        Assert.Equal(isConsumed, consumed);
    }

    private static ComponentPlaced Some { get; } = new()
    {
        Component = "c", Host = "h", Region = "r", Kind = ComponentKind.Store, Epoch = 1, Revision = 1, Desired = DesiredState.Absent,
        Command = [], At = DateTimeOffset.UnixEpoch,
    };

    private sealed class Slow : IServiceModule
    {
        internal static TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Name => "slow";

        public void AddServices(IServiceCollection services, Settings settings)
        {
        }

        public void AddConsumers(IBusRegistrationConfigurator bus, Settings settings) => bus.AddConsumer<SlowConsumer, SlowDefinition>();

        public void MapEndpoints(IEndpointRouteBuilder routes) => routes.MapGet("/slow", async (HttpContext context) =>
        {
            Asked.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        });
    }

    private sealed class SlowConsumer : IConsumer<ComponentPlaced>
    {
        internal static TaskCompletionSource Began { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Consume(ConsumeContext<ComponentPlaced> context)
        {
            Began.TrySetResult();
            return Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken.None);
        }
    }

    private sealed class SlowDefinition() : DurableEndpoint<SlowConsumer>("slow");

    private sealed class Stuck : BackgroundService
    {
        private readonly TaskCompletionSource _never = new();

        protected override Task ExecuteAsync(CancellationToken stoppingToken) => _never.Task;
    }

    private sealed class Lifetime : IHostApplicationLifetime
    {
        private readonly CancellationTokenSource _stopping = new();

        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => _stopping.Token;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => _stopping.Cancel();
    }

    private sealed class Recording : ILogger
    {
        internal string Said { get; private set; } = "";

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => Said = formatter(state, exception);
    }
}
