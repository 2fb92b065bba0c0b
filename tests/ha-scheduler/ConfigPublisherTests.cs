using System.Reflection;
using Holdfast.HaScheduler.Publishing;
using Holdfast.Platform.State;
using MassTransit;

namespace Holdfast.HaScheduler.Tests;

/// <summary>The ha.config that holds is told at start, on a change, every minute and when asked, and replicas hear it.</summary>
public sealed class ConfigPublisherTests : ConfigScene
{
    [Fact]
    public async Task What_holds_is_said_at_start_on_a_change_and_every_minute()
    {
        Assert.Equal((0, Profile.Fast.Ha), await Said());
        Assert.Null(await Said());
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Null(await Said());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, (await Said())?.Version);
        await Change(_life, c => c with { BrakeHostsMin = 9 }, "ada", null);
        Assert.Equal((1, Store(_life).Current), await Said());
        _life.Bus.IsCut = true;
        _time.Advance(TimeSpan.FromSeconds(60));
        await Assert.ThrowsAsync<IOException>(() => _life.Get<ConfigPublisher>().Once());
        _life.Bus.IsCut = false;
        Assert.Equal(1, (await Said())?.Version);
    }

    [Fact]
    public async Task A_replica_has_another_one_s_change_at_its_next_look_and_keeps_its_history()
    {
        using var standby = new Life(_directory.Location, _time);
        await standby.Get<ConfigPublisher>().Once();
        await Change(_life, c => c with { BrakeHostsMin = 9 }, "ada", null);
        Assert.Equal(0, Store(standby).Version);
        await standby.Get<ConfigPublisher>().Once();
        Assert.Equal((1, 9), (Store(standby).Version, Store(standby).Current.BrakeHostsMin));
        Assert.Equal(1, await Entries(standby));
        Assert.Equal([0, 1], standby.Bus.Take<HaConfigChanged>().Select(c => c.Version));
    }

    [Fact]
    public async Task A_replica_that_hears_of_a_change_looks_at_once()
    {
        using var standby = new Life(_directory.Location, _time);
        var publisher = standby.Get<ConfigPublisher>();
        await publisher.StartAsync(Cancel);
        await Eventually(() => standby.Bus.Take<HaConfigChanged>().Count == 1);
        await Change(_life, c => c with { BrakeHostsMin = 9 }, "ada", null);
        await new HaConfigChangedConsumer(Store(standby), publisher).Consume(HeardOf(version: 1));
        // The clock stands still: nothing else makes it look.
        await Eventually(() => Store(standby).Version == 1);
        await publisher.StopAsync(Cancel);
    }

    [Fact]
    public async Task Who_asks_is_told_at_once_though_nothing_has_changed()
    {
        var publisher = _life.Get<ConfigPublisher>();
        await publisher.StartAsync(Cancel);
        await Eventually(() => _life.Bus.Take<HaConfigChanged>().Count == 1);
        // The clock stands still: nothing else makes it say so again.
        publisher.SayAgain();
        await Eventually(() => _life.Bus.Take<HaConfigChanged>().Count == 1);
        await publisher.StopAsync(Cancel);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task Eventually(Func<bool> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);
        while (!holds())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, limit.Token);
        }
    }

    private static ConsumeContext<HaConfigChanged> HeardOf(int version)
    {
        var context = DispatchProxy.Create<ConsumeContext<HaConfigChanged>, HeardMessage>();
        ((HeardMessage)(object)context).Message = new HaConfigChanged { Version = version, Config = new HaConfig(), At = default };
        return context;
    }

    /// <summary>A context that has its message and nothing else.</summary>
    public class HeardMessage : DispatchProxy
    {
        internal HaConfigChanged? Message { get; set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod?.Name == "get_Message" ? Message : throw new NotSupportedException(targetMethod?.ToString());
    }

    private async Task<(int Version, HaConfig Config)?> Said()
    {
        await _life.Get<ConfigPublisher>().Once();
        return _life.Bus.Take<HaConfigChanged>() is [var said] ? (said.Version, said.Config) : null;
    }
}
