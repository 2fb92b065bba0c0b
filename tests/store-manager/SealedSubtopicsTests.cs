using Holdfast.Platform.State;
using Holdfast.Platform.State.Sealing;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.StoreManager.Tests;

/// <summary>Passwords of sources stood in the store and in every backup as they were given.</summary>
public sealed class SealedSubtopicsTests
{
    [Fact]
    public void A_subtopics_configuration_and_those_of_its_Stores_are_sealed_and_left_out_of_a_backup_without_secrets()
    {
        var subtopic = new SubtopicDocument
        {
            Subtopic = "s", Region = "r", Command = ["run"], Config = "a-secret", Tasks = ["t"], StartTimestamp = 1,
            Stores =
            [
                new Store("s-1", "h1", 1, 1, DesiredState.Running, DateTimeOffset.UnixEpoch) { Command = ["own"], Config = "b-secret" },
                new Store("s-2", "h2", 2, 1, DesiredState.Running, DateTimeOffset.UnixEpoch),
            ],
        };
        var all = new ServiceCollection().AddDocuments(StoreManagerCollections.Subtopics).AddDocuments(StoreManagerCollections.Secrets)
            .Select(s => s.ImplementationInstance).OfType<SecretCollection>().ToDictionary(s => s.Name, StringComparer.Ordinal);
        var secrets = all[StoreManagerCollections.Subtopics.Name];
        var json = JsonSerializer.SerializeToUtf8Bytes(subtopic, StateJson.Options);
        Assert.Equal(["a-secret", "b-secret"], secrets.Stored(json));
        Assert.DoesNotContain("secret", Encoding.UTF8.GetString(secrets.Without(json)!), StringComparison.Ordinal);
        // The secret of the Stores' keys is nothing but a secret.
        json = JsonSerializer.SerializeToUtf8Bytes(new StoreSecret(StoreSecret.Only, "c-secret"), StateJson.Options);
        Assert.Equal(["c-secret"], all[StoreManagerCollections.Secrets.Name].Stored(json));
        Assert.Null(all[StoreManagerCollections.Secrets.Name].Without(json));
    }
}
