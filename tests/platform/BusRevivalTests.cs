using System.Reflection;
using Holdfast.Platform.Bus;
using MassTransit;

namespace Holdfast.Platform.Tests;

public sealed class BusRevivalTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly Answering _broker = new(0);
    private readonly IBusControl _bus = DispatchProxy.Create<IBusControl, StuckBus>();
    private readonly BusRevival _revival;

    public BusRevivalTests()
    {
        var settings = new Settings { Broker = new Uri($"amqp://127.0.0.1:{_broker.Port}") };
        _revival = new(_bus, settings, _time, NullLogger<BusRevival>.Instance);
    }

    private StuckBus Bus => (StuckBus)_bus;

    public void Dispose()
    {
        _revival.Dispose();
        _broker.Dispose();
    }

    [Theory]
    [InlineData(60, 120)]
    [InlineData(299, 598)]
    [InlineData(300, 600)]
    [InlineData(301, 600)]
    [InlineData(600, 600)]
    public void A_bus_that_was_started_in_vain_gets_twice_as_long_up_to_ten_minutes(int seconds, int next) =>
        Assert.Equal(TimeSpan.FromSeconds(next), BusRevival.Longer(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public async Task A_bus_without_its_queues_is_started_anew_after_a_minute_and_then_after_two()
    {
        await After(0);
        await After(59);
        Assert.Empty(Bus.Asked);
        await After(1);
        Assert.Equal(["StopAsync", "StartAsync"], Bus.Asked);
        await After(5);
        await After(119);
        Assert.Equal(2, Bus.Asked.Count);
        await After(1);
        Assert.Equal(["StopAsync", "StartAsync", "StopAsync", "StartAsync"], Bus.Asked);
    }

    [Fact]
    public async Task A_bus_that_has_come_to_itself_has_a_minute_again()
    {
        await After(0);
        await After(60);
        Bus.IsHealthy = true;
        await After(5);
        Bus.IsHealthy = false;
        await After(5);
        await After(60);
        Assert.Equal(4, Bus.Asked.Count);
    }

    [Fact]
    public async Task A_broker_that_is_away_is_waited_for_and_the_minute_begins_when_it_is_back()
    {
        await After(0);
        _broker.Dispose();
        await After(300);
        using var back = new Answering(_broker.Port);
        await After(5);
        await After(59);
        Assert.Empty(Bus.Asked);
        await After(1);
        Assert.Equal(2, Bus.Asked.Count);
    }

    [Fact]
    public async Task A_broker_that_takes_connections_and_says_nothing_is_away()
    {
        await After(0);
        _broker.Dispose();
        using (var deaf = new TcpListener(IPAddress.Loopback, _broker.Port))
        {
            deaf.Start();
            _time.Advance(TimeSpan.FromSeconds(300));
            var tick = _revival.Once();
            while (!tick.IsCompleted)
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                await Task.Yield();
            }

            await tick;
        }

        using var back = new Answering(_broker.Port);
        await After(5);
        await After(59);
        Assert.Empty(Bus.Asked);
        await After(1);
        Assert.Equal(["StopAsync", "StartAsync"], Bus.Asked);
    }

    [Fact]
    public async Task A_bus_whose_start_has_failed_is_started_again_as_soon_as_the_broker_answers()
    {
        Bus.Fails = true;
        await After(0);
        await Assert.ThrowsAsync<TimeoutException>(() => After(60));
        await Assert.ThrowsAsync<TimeoutException>(() => After(5));
        Bus.Fails = false;
        await After(5);
        Assert.Equal(["StopAsync", "StartAsync", "StartAsync", "StartAsync"], Bus.Asked);
        await After(5);
        await After(119);
        Assert.Equal(4, Bus.Asked.Count);
    }

    [Fact]
    public async Task A_bus_that_hangs_in_stopping_is_started_all_the_same()
    {
        Bus.Hangs = true;
        await After(0);
        _time.Advance(TimeSpan.FromSeconds(60));
        var tick = _revival.Once();
        await Bus.Stopping.Task.WaitAsync(Ticks.Limit, TestContext.Current.CancellationToken);
        Assert.False(tick.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(30));
        await tick.WaitAsync(Ticks.Limit, TestContext.Current.CancellationToken);
        Assert.Equal(["StopAsync", "StartAsync"], Bus.Asked);
    }

    private Task After(int seconds)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        return _revival.Once().WaitAsync(Ticks.Limit, TestContext.Current.CancellationToken);
    }

    /// <summary>Says one thing to everyone who greets it, as a broker does.</summary>
    private sealed class Answering : IDisposable
    {
        private readonly TcpListener _listener;

        internal Answering(int port)
        {
            _listener = new(IPAddress.Loopback, port);
            _listener.Start();
            Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
            _ = Answer();
        }

        internal int Port { get; }

        public void Dispose() => _listener.Dispose();

        private async Task Answer()
        {
            try
            {
                while (true)
                {
                    using var client = await _listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
                    var heard = new byte[8];
                    await client.GetStream().ReadExactlyAsync(heard, TestContext.Current.CancellationToken);
                    await client.GetStream().WriteAsync(heard, TestContext.Current.CancellationToken);
                }
            }
            catch (Exception over) when (over is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // Nobody listens any more.
            }
        }
    }

    /// <summary>A bus of which only its health is asked, and that is stopped and started.</summary>
#pragma warning disable CA1852 // the proxy is derived from it
    private class StuckBus : DispatchProxy
#pragma warning restore CA1852
    {
        internal bool IsHealthy { get; set; }

        internal bool Hangs { get; set; }

        internal bool Fails { get; set; }

        internal List<string> Asked { get; } = [];

        internal TaskCompletionSource Stopping { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override object? Invoke(MethodInfo? method, object?[]? args)
        {
            if (method!.Name == nameof(IBusControl.CheckHealth))
            {
                return IsHealthy ? BusHealthResult.Healthy("", Endpoints) : BusHealthResult.Unhealthy("", null!, Endpoints);
            }

            Asked.Add(method.Name);
            return method.Name switch
            {
                nameof(IBusControl.StopAsync) => Stop((CancellationToken)args![0]!),
                nameof(IBusControl.StartAsync) when Fails => Task.FromException<BusHandle>(new TimeoutException()),
                nameof(IBusControl.StartAsync) => Task.FromResult<BusHandle>(null!),
                _ => throw new NotSupportedException(method.Name),
            };
        }

        private static IReadOnlyDictionary<string, EndpointHealthResult> Endpoints => new Dictionary<string, EndpointHealthResult>();

        private Task Stop(CancellationToken cancel)
        {
            Stopping.TrySetResult();
            return Hangs ? Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel) : Task.CompletedTask;
        }
    }
}
