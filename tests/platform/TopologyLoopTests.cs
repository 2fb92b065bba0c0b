using System.Reflection;
using Holdfast.Platform.Bus;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Holdfast.Platform.Tests;

/// <summary>A loop on a broker that is played; LostRoutesTests have the real one.</summary>
public sealed class TopologyLoopTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly ManualTime _time = new();
    private readonly Routes _routes;
    private readonly TopologyLoop _loop;
    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);
    private readonly List<string> _asked = [];
    private FakeConnection? _broker = FakeConnection.Create();

    public TopologyLoopTests()
    {
        _routes = new Routes(_time);
        _loop = new TopologyLoop(_ => Task.FromResult<IConnection?>(_broker?.Connection), () => [Part("a"), Part("b"), Part("c")],
            _routes, _time, NullLogger<TopologyLoop>.Instance);
    }

    public void Dispose() => _loop.Dispose();

    [Fact]
    public async Task Everything_is_declared_again_each_time_in_its_order_on_one_channel()
    {
        await _loop.Once();
        await _loop.Once();
        Assert.Equal(["a", "b", "c", "a", "b", "c"], _asked);
        Assert.Equal(2, _broker!.Channels.Count);
        Assert.All(_broker.Channels, c => Assert.True(c.IsClosed));
        Assert.True(_routes.Say().Ready);
    }

    [Fact]
    public async Task Of_what_the_broker_refuses_the_others_are_declared_all_the_same_and_people_are_told()
    {
        _refused.Add("b");
        await _loop.Once();
        Assert.Equal(["a", "b", "c"], _asked);
        var said = _routes.Say();
        Assert.False(said.Ready);
        Assert.Contains("b (ACCESS_REFUSED)", said.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Once_all_is_taken_again_it_is_whole_and_whoever_gave_up_may_try_again_for_a_while()
    {
        _refused.Add("b");
        await _loop.Once();
        Assert.False(_loop.HasJustMended(Limit));
        _refused.Clear();
        await _loop.Once();
        Assert.True(_routes.Say().Ready);
        _time.Advance(Limit - TimeSpan.FromTicks(1));
        Assert.True(_loop.HasJustMended(Limit));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.False(_loop.HasJustMended(Limit));
    }

    [Fact]
    public async Task A_broker_that_has_refused_nothing_has_mended_nothing()
    {
        await _loop.Once();
        Assert.False(_loop.HasJustMended(Limit));
    }

    /// <summary>Could not ask is not "all is there": what was refused stays refused until it is taken.</summary>
    [Fact]
    public async Task While_the_broker_is_away_nothing_is_known_anew()
    {
        _refused.Add("b");
        await _loop.Once();
        var broker = _broker!;
        _broker = null;
        _refused.Clear();
        await _loop.Once();
        Assert.False(_routes.Say().Ready);

        // It falls in the middle of it: the connection is gone, so the refusal is not one.
        (_broker, broker.IsOpen) = (broker, false);
        _refused.UnionWith(["a", "b", "c"]);
        await _loop.Once();
        Assert.Contains("b (ACCESS_REFUSED)", _routes.Say().Why, StringComparison.Ordinal);
        Assert.DoesNotContain("a (", _routes.Say().Why, StringComparison.Ordinal);
    }

    private BrokerPart Part(string name) => new(name, (_, _) =>
    {
        _asked.Add(name);
        return _refused.Contains(name)
            ? throw new OperationInterruptedException(new ShutdownEventArgs(ShutdownInitiator.Peer, 403, "ACCESS_REFUSED"))
            : Task.CompletedTask;
    });

    /// <summary>Opens channels and knows which were closed.</summary>
    public class FakeConnection : DispatchProxy
    {
        internal IConnection Connection { get; private set; } = null!;

        internal bool IsOpen { get; set; } = true;

        internal List<FakeChannel> Channels { get; } = [];

        internal static FakeConnection Create()
        {
            var connection = Create<IConnection, FakeConnection>();
            var fake = (FakeConnection)(object)connection;
            fake.Connection = connection;
            return fake;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod?.Name == "get_IsOpen")
            {
                return IsOpen;
            }

            var channel = DispatchProxy.Create<IChannel, FakeChannel>();
            Channels.Add((FakeChannel)(object)channel);
            return Task.FromResult(channel);
        }
    }

    public class FakeChannel : DispatchProxy
    {
        internal bool IsClosed { get; private set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod?.Name == "get_IsOpen")
            {
                return !IsClosed;
            }

            IsClosed = true;
            return ValueTask.CompletedTask;
        }
    }
}
