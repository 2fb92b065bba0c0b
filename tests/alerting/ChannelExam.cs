using System.Net;
using System.Net.Sockets;
using Holdfast.Alerting.Channels.Kafka;

namespace Holdfast.Alerting.Tests;

/// <summary>The behaviour of a receiver of an examined channel.</summary>
public enum Behaviour
{
    Takes,
    IsAway,
    Hangs,
    SaysGarbage,
    RefusesForGood,
}

/// <summary>A receiver that behaves so, and the definition of a channel that leads to it.</summary>
internal sealed record Examined(ChannelDefinition Definition, IAsyncDisposable Receiver, Func<int> Heard) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Receiver.DisposeAsync();
}

/// <summary>
/// The exam that every channel sits: what is retried, what is final, no secret anywhere, time limits, many at once, a
/// shutdown in the middle. Each kind has a class of a few lines that sits it; <see cref="ChannelExamTests"/> asks for it.
/// </summary>
public abstract class ChannelExam
{
    /// <summary>In every definition, wherever it has a secret.</summary>
    protected const string Secret = "s3cret-of-the-exam";

    internal abstract string Kind { get; }

    private protected abstract Task<Examined> Arrange(Behaviour behaviour);

    private IChannel Open(ChannelDefinition definition)
    {
        Assert.Equal(Kind, definition.Kind);
        return Opened(definition);
    }

    [Fact]
    public async Task What_is_taken_is_delivered_and_says_how()
    {
        await using var examined = await Arrange(Behaviour.Takes);
        await using var channel = Open(examined.Definition);
        var answer = await channel.Deliver(Notification(), World.Cancel);
        Assert.Equal((AnswerKind.Delivered, ""), (answer.Kind, answer.Why));
        Assert.Equal(1, examined.Heard());
    }

    [Theory]
    [InlineData(Behaviour.IsAway)]
    [InlineData(Behaviour.Hangs)]
    [InlineData(Behaviour.SaysGarbage)]
    public async Task What_may_go_better_later_is_tried_again_in_bounded_time(Behaviour behaviour)
    {
        await using var examined = await Arrange(behaviour);
        await using var channel = Open(examined.Definition);
        var started = TimeProvider.System.GetTimestamp();
        var answer = await channel.Deliver(Notification(), World.Cancel);
        Assert.Equal(AnswerKind.TryAgain, answer.Kind);
        Assert.StartsWith("AL-3", answer.Why);
        Assert.True(
            TimeProvider.System.GetElapsedTime(started) < examined.Definition.Timeout + TimeSpan.FromSeconds(15), "in bounded time");
    }

    [Fact]
    public async Task What_no_repeat_helps_is_final()
    {
        await using var examined = await Arrange(Behaviour.RefusesForGood);
        await using var channel = Open(examined.Definition);
        var answer = await channel.Deliver(Notification(), World.Cancel);
        Assert.Equal(AnswerKind.GiveUp, answer.Kind);
        Assert.StartsWith("AL-3", answer.Why);
    }

    [Theory]
    [InlineData(Behaviour.Takes)]
    [InlineData(Behaviour.IsAway)]
    [InlineData(Behaviour.SaysGarbage)]
    [InlineData(Behaviour.RefusesForGood)]
    public async Task No_answer_holds_a_secret(Behaviour behaviour)
    {
        await using var examined = await Arrange(behaviour);
        await using var channel = Open(examined.Definition);
        Assert.DoesNotContain(Secret, (await channel.Deliver(Notification(), World.Cancel)).ToString());
    }

    [Fact]
    public async Task What_is_shown_of_it_holds_no_secret_and_what_is_shown_can_be_sent_back()
    {
        await using var examined = await Arrange(Behaviour.Takes);
        var shown = Secrets.Masked(examined.Definition);
        Assert.Contains(Secret, System.Text.Json.JsonSerializer.Serialize(examined.Definition));
        Assert.DoesNotContain(Secret, System.Text.Json.JsonSerializer.Serialize(shown));
        Assert.True(Secrets.TryUnmask(shown, examined.Definition, out var whole));
        Assert.Equivalent(examined.Definition, whole);
        Assert.False(Secrets.TryUnmask(shown, null, out _), "nobody else's secret is filled in");
        Assert.Empty(ChannelRules.Broken(examined.Definition));
    }

    [Fact]
    public async Task Many_at_once_all_arrive()
    {
        await using var examined = await Arrange(Behaviour.Takes);
        await using var channel = Open(examined.Definition);
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => channel.Deliver(Notification($"key-{i}"), World.Cancel)));
        Assert.All(answers, a => Assert.Equal(AnswerKind.Delivered, a.Kind));
        Assert.Equal(50, examined.Heard());
    }

    [Fact]
    public async Task A_shutdown_in_the_middle_breaks_off_and_says_so_instead_of_naming_a_failure()
    {
        await using var examined = await Arrange(Behaviour.Hangs);
        await using var channel = Open(examined.Definition with { });
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(300), TimeProvider.System);
        var started = TimeProvider.System.GetTimestamp();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => channel.Deliver(Notification(), stop.Token));
        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(5), "promptly");
    }
}

/// <summary>No kind without its exam, and no exam with another server than it says.</summary>
public sealed class ChannelExamTests
{
    /// <summary>The collector closed its connections, and what a channel said of a server that hangs was of one that had gone.</summary>
    [Fact]
    public async Task A_server_that_hangs_holds_its_connections()
    {
        using var server = new WrongServer(talks: false);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Port, World.Cancel);
        var read = client.GetStream().ReadAsync(new byte[1], World.Cancel).AsTask();
        for (var i = 0; i < 10; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.WhenAny(read, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, World.Cancel));
        }

        Assert.False(read.IsCompleted, "the connection is closed");
    }

    [Fact]
    public void Every_kind_sits_the_exam() => Assert.Equal(
        ChannelKinds.Names.Order(StringComparer.Ordinal),
        typeof(ChannelExam).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(ChannelExam)))
            .Select(t => ((ChannelExam)Activator.CreateInstance(t)!).Kind).Order(StringComparer.Ordinal));
}

public sealed class WebhookExam : ChannelExam
{
    internal override string Kind => "webhook";

    private protected override async Task<Examined> Arrange(Behaviour behaviour)
    {
        var receiver = behaviour switch
        {
            Behaviour.Takes => await Receiver.Start(200, """{"ok":true}"""),
            Behaviour.Hangs => await Receiver.StartHanging(),
            Behaviour.SaysGarbage => await Receiver.Start(200, $"<html>{Secret}"),
            Behaviour.IsAway => await Receiver.Start(503, Secret),
            _ => await Receiver.Start(403, $"your key {Secret} is no good"),
        };
        var channel = Webhook(receiver.Url);
        return new Examined(
            channel with
            {
                Settings = channel.SettingsOf<WebhookSettings>() with
                {
                    TimeoutSeconds = 1, SigningKey = Secret,
                    ResponseCheck = new Dictionary<string, System.Text.Json.JsonElement>
                        { ["ok"] = System.Text.Json.JsonSerializer.SerializeToElement(true) },
                },
            },
            receiver, () => receiver.Heard.Count);
    }
}

public sealed class OcpExam : ChannelExam
{
    internal override string Kind => "ocp";

    private protected override async Task<Examined> Arrange(Behaviour behaviour)
    {
        var receiver = behaviour switch
        {
            Behaviour.Takes => await Receiver.Start(200, OcpTests.Envelope(true)),
            Behaviour.Hangs => await Receiver.StartHanging(),
            Behaviour.SaysGarbage => await Receiver.Start(200, $"<html>{Secret}"),
            Behaviour.IsAway => await Receiver.Start(502, Secret),
            _ => await Receiver.Start(200, OcpTests.Envelope(false, "ALM20001", Secret)),
        };
        return new Examined(OcpTests.Channel(receiver.Url, Secret), receiver, () => receiver.Heard.Count);
    }
}

[Trait("Category", "process")]
public sealed class KafkaExam : ChannelExam
{
    internal override string Kind => "kafka";

    private protected override Task<Examined> Arrange(Behaviour behaviour)
    {
        var cluster = MockCluster.Start();
        var silent = behaviour is Behaviour.Hangs or Behaviour.SaysGarbage ? new WrongServer(behaviour == Behaviour.SaysGarbage) : null;
        var servers = behaviour switch
        {
            Behaviour.IsAway => $"127.0.0.1:{FreePort.Next()}",
            Behaviour.Hangs or Behaviour.SaysGarbage => $"127.0.0.1:{silent!.Port}",
            _ => cluster.Servers,
        };
        var definition = new ChannelDefinition
        {
            Name = "kafka_ops",
            Kind = "kafka",
            Settings = new KafkaSettings
            {
                BootstrapServers = servers,
                Topic = "alerts",
                TimeoutSeconds = 2,
                KeyPassword = Secret,
                // A key that cannot be read is what no repeat helps; the mock cluster itself speaks without TLS.
                SecurityProtocol = behaviour == Behaviour.RefusesForGood ? "ssl" : "plaintext",
                CertificateFile = "/nowhere/cert.pem",
                KeyFile = "/nowhere/key.pem",
            },
        };
        return Task.FromResult(new Examined(definition, new Both(cluster, silent), () => cluster.Records("alerts")));
    }

    private sealed class Both(MockCluster cluster, WrongServer? silent) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            silent?.Dispose();
            cluster.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
