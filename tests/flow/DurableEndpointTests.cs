using Holdfast.Platform.Bus;
using Holdfast.Platform.State;
using MassTransit;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Flow.Tests;

/// <summary>
/// A store was away for a quarter of an hour. Every message that was in the hands of a consumer went to the error queue, where nobody takes
/// it from again. People were told once for each endpoint and hour.
/// </summary>
[Trait("Category", "slow")]
public sealed class DurableEndpointTests : IDisposable
{
    private static readonly TimeSpan TestMax = TimeSpan.FromSeconds(60);

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_message_is_tried_for_as_long_as_the_store_is_away(bool onRabbit)
    {
        Assert.SkipWhen(onRabbit && Rabbit.Missing is not null, Rabbit.Missing ?? "");
        await using var rabbit = onRabbit ? new Rabbit() : null;
        await (rabbit?.Start() ?? Task.CompletedTask);
        var module = new Away(failures: 11, new StateUnavailableException("no store"));
        await using var app = await Started(module, rabbit);
        await app.Services.GetRequiredService<IBus>().Publish(Some, TestContext.Current.CancellationToken);
        await module.Done.Task.WaitAsync(TestMax, TimeProvider.System);
        Assert.Equal((12, false), (module.Attempts, module.Told.Task.IsCompleted));
        // Two attempts for each time that its turn came.
        Assert.Equal(6, module.Turns);
        Assert.DoesNotContain(rabbit is null ? [] : (await rabbit.Queues()).Keys, q => q.StartsWith("away_", StringComparison.Ordinal));
    }

    /// <summary>Only what could not be read was told, never what a consumer failed with.</summary>
    [Fact]
    public async Task A_defect_is_not_tried_for_ever_and_is_told()
    {
        var module = new Away(failures: int.MaxValue, new InvalidOperationException("a defect"));
        await using var app = await Started(module);
        await app.Services.GetRequiredService<IBus>().Publish(Some, TestContext.Current.CancellationToken);
        var told = await module.Told.Task.WaitAsync(TestMax, TimeProvider.System);
        Assert.Equal((AlertEvents.PoisonMessage, "away", 6), (told.Event, told.Target, module.Attempts));
        Assert.Contains("It lies in the queue away_error. Why: a defect.", told.Description, StringComparison.Ordinal);
    }

    private async Task<WebApplication> Started(Away module, Rabbit? rabbit = null)
    {
        var app = HoldfastHost.Build(new Settings { Port = 0, DataDirectory = _directory.Location, Broker = rabbit?.Address }, [module],
            TokenAuth.Load(_directory.Location).Value!);
        await app.StartAsync(TestContext.Current.CancellationToken);
        await app.Services.GetRequiredService<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, TestMax);
        return app;
    }

    private static HostForgotten Some { get; } =
        new() { Host = "h", Region = "r", Incarnation = 1, Sequence = 1, Stores = [], At = DateTimeOffset.UnixEpoch };

    /// <summary>Its consumer fails so many times, then no more.</summary>
    private sealed class Away(int failures, Exception why) : IServiceModule
    {
        private readonly ConcurrentDictionary<ReceiveContext, bool> _turns = new();
        private int _attempts;

        internal int Attempts => _attempts;

        /// <summary>Each is a message of its own to the transport.</summary>
        internal int Turns => _turns.Count;

        internal TaskCompletionSource<AlertRaised> Told { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Name => "away";

        public void AddServices(IServiceCollection services, Settings settings) =>
            services.AddSingleton(this);

        public void AddConsumers(IBusRegistrationConfigurator bus, Settings settings) 
        {
            bus.AddConsumer<AwayConsumer, AwayDefinition>();
            bus.AddConsumer<ToldConsumer>();
        }

        public void MapEndpoints(IEndpointRouteBuilder routes)
        {
        }

        internal Task Take(ReceiveContext turn)
        {
            _turns[turn] = true;
            if (Interlocked.Increment(ref _attempts) <= failures)
            {
                throw why;
            }

            Done.TrySetResult();
            return Task.CompletedTask;
        }
    }

    private sealed class AwayConsumer(Away module) : IConsumer<HostForgotten>
    {
        public Task Consume(ConsumeContext<HostForgotten> context) => module.Take(context.ReceiveContext);
    }

    private sealed class ToldConsumer(Away module) : IConsumer<AlertRaised>
    {
        public Task Consume(ConsumeContext<AlertRaised> context)
        {
            module.Told.TrySetResult(context.Message);
            return Task.CompletedTask;
        }
    }

    private sealed class AwayDefinition() : DurableEndpoint<AwayConsumer>("away")
    {
        protected override int AttemptsMax => 1;

        protected override TimeSpan PauseMax => TimeSpan.FromMilliseconds(1);
    }
}
