using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Tasks;

/// <summary>Configurations of a task's components, as people give them. Pure.</summary>
internal static class TaskConfigs
{
    extension(ShownConfigs)
    {
        /// <summary>Null: none of its components has one.</summary>
        internal static ShownConfigs? Of(TaskDocument task)
        {
            TaskComponent?[] all = [task.IncrSync, task.Store, task.FullImport, task.FullVerification];
            return all.All(c => c?.Config is null) ? null
                : new ShownConfigs(Shown(task.IncrSync), Shown(task.Store), Shown(task.FullImport), Shown(task.FullVerification));
        }
    }

    private static JsonObject? Shown(TaskComponent? component) => ConfigMask.Shown(component?.Config) as JsonObject;

    /// <summary>Nothing of the value is told: it may be a secret.</summary>
    /// <param name="component">The field.</param>
    /// <param name="given">Null: nothing was given.</param>
    /// <param name="stored">Configuration that masks in it stand for; null: nothing is stored.</param>
    internal static FieldFault? WhyNot(string component, JsonElement? given, string? stored)
    {
        if (given is not { } config)
        {
            return null;
        }

        var field = component + ".config";
        return ComponentConfig.Broken(config) is { } broken
            ? new FieldFault(broken.Member.Length == 0 ? field : $"{field}.{broken.Member}",
                config.ValueKind == JsonValueKind.Object ? "not shown" : $"a JSON {config.ValueKind}", broken.Rule)
            : ConfigMask.Restored(config, stored).Member is { } member
                ? new FieldFault($"{field}.{member}", ConfigMask.Mask, ConfigMask.Rule)
                : null;
    }

    /// <summary>Of one that is not wrong.</summary>
    internal static string? TextOf(JsonElement? given, string? stored) =>
        given is { } config ? ConfigMask.Restored(config, stored).Text : null;
}
