using Confluent.Kafka;
using Holdfast.Alerting.Channels.Kafka;

namespace Holdfast.Alerting.Tests;

/// <summary>Of the builds that Kafka's package brings, the one that this machine loads: Directory.Build.targets.</summary>
[Trait("Category", "process")]
public class KafkaLibraryTests
{
    [Fact]
    public void One_build_of_the_library_is_beside_the_program_and_it_is_the_one_that_is_loaded()
    {
        var beside = Assert.Single(Directory.GetFiles(AppContext.BaseDirectory, "*librdkafka*"));
        Assert.NotEmpty(Library.VersionString);
        var loaded = File.ReadLines("/proc/self/maps").Where(l => l.Contains("librdkafka", StringComparison.Ordinal))
            .Select(l => l[l.IndexOf('/', StringComparison.Ordinal)..]).Distinct(StringComparer.Ordinal);
        Assert.Equal([beside], loaded);
    }

    /// <summary>A mechanism that the build lacks is AL-331 before anything is sent.</summary>
    [Theory]
    [InlineData("PLAIN", "sasl_plaintext")]
    [InlineData("SCRAM-SHA-256", "sasl_plaintext")]
    [InlineData("SCRAM-SHA-512", "sasl_plaintext")]
    [InlineData("PLAIN", "sasl_ssl")]
    [InlineData("SCRAM-SHA-512", "sasl_ssl")]
    public async Task It_has_every_way_to_log_in_that_a_channel_can_ask_for(string mechanism, string protocol)
    {
        await using var channel = Opened(new ChannelDefinition
        {
            Name = "kafka_ops",
            Kind = "kafka",
            Settings = new KafkaSettings
            {
                BootstrapServers = $"127.0.0.1:{FreePort.Next()}", Topic = "alerts", TimeoutSeconds = 1,
                SecurityProtocol = protocol, SaslMechanism = mechanism, Username = "holdfast", Password = "secret",
            },
            CreatedAt = T0,
            UpdatedAt = T0,
        });
        var answer = await channel.Deliver(Notification(), World.Cancel).WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);
        Assert.Equal(AnswerKind.TryAgain, answer.Kind);
        Assert.StartsWith("AL-322", answer.Why);
    }
}
