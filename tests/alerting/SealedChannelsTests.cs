using Holdfast.Platform.State.Sealing;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Alerting.Tests;

/// <summary>Channels' secrets stood in the store and in every backup as they were given.</summary>
public sealed class SealedChannelsTests
{
    private static SecretCollection Fields { get; } = new ServiceCollection().AddDocuments(AlertingCollections.Channels)
        .Select(s => s.ImplementationInstance).OfType<SecretCollection>().Single();

    public static TheoryData<string> Kinds => [.. ChannelKinds.Names];

    /// <summary>A channel of the kind with something secret in each of its fields that may hold such a thing.</summary>
    private static ChannelDefinition Of(string kind)
    {
        var count = 0;
        string Next() => $"secret-{++count}";
        var known = ChannelKinds.Find(kind)!;
        var empty = (ChannelSettings)Activator.CreateInstance(known.SettingsType)!;
        var settings = known.Fields.Aggregate(empty, (held, field) => field.Type switch
        {
            FieldType.Secret => field.With(held, new Secret(Next())),
            FieldType.Url => field.With(held, $"https://user:{Next()}@receiver.example/secret0123456789abc?key={Next()}"),
            FieldType.Headers => field.With(held, new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["X-Key"] = Next(), ["Other"] = Next(),
            }),
            _ => held,
        });
        Assert.NotEqual(0, count);
        return new ChannelDefinition { Name = "c", Kind = kind, Settings = settings };
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Whatever_is_masked_for_people_is_sealed_in_the_store(string kind)
    {
        var channel = Of(kind);
        var json = JsonSerializer.SerializeToUtf8Bytes(channel, StateJson.Options);
        var found = string.Join('\n', Fields.Stored(json));
        Assert.All(Secrets.Of(channel), secret => Assert.True(
            found.Contains(secret, StringComparison.Ordinal) || IsMadeOf(secret), secret));
        // Nothing is left of any once each is replaced.
        var text = JsonSerializer.Serialize(Secrets.Each(channel, _ => "sealed"), StateJson.Options);
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Without_its_secrets_a_channel_is_off_and_of_sealed_ones_nothing_is_left_either(string kind)
    {
        // An address that was sealed was masked as if it were one once, and parts of it came through.
        ChannelDefinition[] stored = [Of(kind), Secrets.Each(Of(kind), _ => "sealed:1:0a1b2c3d:QUJD/REVG+secret0123456789+x/secret")];
        Assert.All(stored, channel =>
        {
            var without = JsonSerializer.Deserialize<ChannelDefinition>(
                Fields.Without(JsonSerializer.SerializeToUtf8Bytes(channel, StateJson.Options))!, StateJson.Options)!;
            Assert.Equal(("c", false), (without.Name, without.Enabled));
            var text = JsonSerializer.Serialize(without, StateJson.Options);
            Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
            Assert.DoesNotContain("sealed", text, StringComparison.Ordinal);
        });
    }

    /// <summary>Base64 of a user and a password is in no document.</summary>
    private static bool IsMadeOf(string secret)
    {
        var bytes = new byte[secret.Length];
        return Convert.TryFromBase64String(secret, bytes, out var length)
            && Encoding.UTF8.GetString(bytes, 0, length).Contains(':', StringComparison.Ordinal);
    }
}
