using Holdfast.Platform.State;
using Holdfast.Platform.State.Sealing;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Passwords of sources stood in the store and in every backup as they were given.</summary>
public sealed class SealedTasksTests
{
    [Fact]
    public void Every_configuration_of_a_task_is_sealed_and_left_out_of_a_backup_without_secrets()
    {
        static TaskComponent With(string config) => new(["run"]) { Config = config };
        var task = Some.Task("t1") with
        {
            IncrSync = With("a-secret"), Store = With("b-secret"), FullImport = With("c-secret"),
            FullVerification = new TaskComponent(["run"]),
        };
        var secrets = Assert.Single(new ServiceCollection().AddDocuments(SchedulerCollections.Tasks)
            .Select(s => s.ImplementationInstance).OfType<SecretCollection>());
        var json = JsonSerializer.SerializeToUtf8Bytes(task, StateJson.Options);
        Assert.Equal(["a-secret", "b-secret", "c-secret"], secrets.Stored(json));
        var without = Encoding.UTF8.GetString(secrets.Without(json)!);
        Assert.DoesNotContain("secret", without, StringComparison.Ordinal);
        Assert.Contains("\"fullImport\":{\"command\":[\"run\"]}", without, StringComparison.Ordinal);
    }
}
