using System.Text.Json.Serialization;
using Holdfast.Rules.HaScheduler.Components;
using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Tasks;

/// <summary>Body of PATCH /api/v1/tasks/{id}: what is left out, or null, stays as it is.</summary>
internal sealed record TaskChange
{
    /// <summary>1 to 64 characters of any script.</summary>
    public string? Name { get; init; }

    /// <summary>HIGH, MEDIUM, LOW or IGNORE.</summary>
    public string? Protection { get; init; }

    /// <summary>All of them: its components go only to hosts that carry all of these, from their next placement on.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>Started anew where it is with this command or configuration, under a higher epoch.</summary>
    public NewTaskCommand? IncrSync { get; init; }

    /// <summary>For Stores that are made from now on, where no other task shares them.</summary>
    public NewTaskCommand? Store { get; init; }

    /// <summary>As incrSync; one that has completed takes it with its next start.</summary>
    public NewTaskCommand? FullImport { get; init; }

    /// <summary>As fullImport.</summary>
    public NewTaskCommand? FullVerification { get; init; }

    /// <summary>Fields that cannot be changed, or that a task does not have at all.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Rest { get; init; }
}

/// <summary>Command is an argument vector; what is left out stays as it is.</summary>
internal sealed record NewTaskCommand(IReadOnlyList<string>? Command)
{
    /// <summary>
    /// All of it: a JSON object of at most 64 KiB, in place of the one that there is; "***" as it was shown keeps that value.
    /// </summary>
    public JsonElement? Config { get; init; }
}

/// <summary>Checks which fields of a task a change may touch. Pure.</summary>
internal static class TaskChangeRules
{
    private static readonly string[] ForGood =
        ["id", "type", "region", "source", "shareStore", "startTimestamp"];

    internal static Fault? Check(TaskChange change, TaskDocument task)
    {
        var faults = new List<FieldFault>();
        if (change.Name is { } name && Ids.WhyNotName(name, TaskRules.NameMax) is { } badName)
        {
            faults.Add(new FieldFault("name", name, badName));
        }

        if (change.Protection is { } word && TaskRules.Protection(word) is null)
        {
            faults.Add(new FieldFault("protection", word, "must be HIGH, MEDIUM, LOW or IGNORE"));
        }

        if (change.Tags is { } tags && !TaskRules.AreTags(tags))
        {
            faults.Add(new FieldFault("tags", string.Join(", ", tags), TaskRules.TagsRule));
        }

        Command("incrSync", change.IncrSync, task.IncrSync);
        Command("store", change.Store, task.Store);
        Command("fullImport", change.FullImport, task.FullImport);
        Command("fullVerification", change.FullVerification, task.FullVerification);
        foreach (var (field, _) in change.Rest ?? new Dictionary<string, JsonElement>(StringComparer.Ordinal))
        {
            faults.Add(new FieldFault(field, null, ForGood.Contains(field, StringComparer.OrdinalIgnoreCase)
                ? "must be left out: it is the task's for good; make another task"
                : field == "status" ? "must be left out: see POST /api/v1/tasks/{id}/start, stop and release"
                : "must be left out: no such field of a task can be changed"));
        }

        return faults.Count == 0 ? null : Fault.Invalid("HA-116", "Correct the named fields; nothing was changed.", faults);

        void Command(string field, NewTaskCommand? given, TaskComponent? has)
        {
            if (given is not null && has is null)
            {
                faults.Add(new FieldFault(field, null, "must be left out: the task was made without it"));
            }
            else if (given is { Command: not null } or { Config: null } && !OperatorText.IsCommand(given.Command))
            {
                faults.Add(new FieldFault(field + ".command", TaskRules.Shown(given.Command), OperatorText.CommandRule));
            }

            if (TaskConfigs.WhyNot(field, given?.Config, has?.Config) is { } badConfig)
            {
                faults.Add(badConfig);
            }
        }
    }

    /// <summary>The task after a change without faults; the same instance when it changes nothing.</summary>
    internal static TaskDocument Apply(TaskDocument task, TaskChange change, DateTimeOffset now)
    {
        var after = task with
        {
            Name = change.Name ?? task.Name,
            Protection = change.Protection is { } word ? TaskRules.Protection(word)!.Value : task.Protection,
            Tags = change.Tags is { } tags && !tags.SequenceEqual(task.Tags, StringComparer.Ordinal) ? tags : task.Tags,
            IncrSync = Changed(task.IncrSync, change.IncrSync)!,
            Store = Changed(task.Store, change.Store),
            FullImport = Changed(task.FullImport, change.FullImport),
            FullVerification = Changed(task.FullVerification, change.FullVerification),
        };
        return after == task ? task : after with { ChangedAt = now };
    }

    private static TaskComponent? Changed(TaskComponent? component, NewTaskCommand? given)
    {
        if (component is null || given is null)
        {
            return component;
        }

        var after = new TaskComponent(given.Command ?? component.Command)
        {
            Config = TaskConfigs.TextOf(given.Config, component.Config) ?? component.Config,
        };
        return after.IsAs(component) ? component : after;
    }

    /// <summary>Its task has another command or configuration for it: whoever changed that may not have lived to tell it.</summary>
    internal static bool IsBehind(Registration component, TaskComponent wanted) => component.Desired != DesiredState.Absent
        && (component.ConfigDigest != ComponentConfig.DigestOf(wanted.Config)
            || !component.Command.SequenceEqual(wanted.Command, StringComparer.Ordinal));

    /// <summary>
    /// The component with its task's command and configuration. It is started anew where it is, under a higher epoch. So its host ends
    /// the former process before the new one begins, and the sink refuses the former one from then on. A copy or comparison that is
    /// complete is not repeated.
    /// </summary>
    /// <param name="desired">Desired state of the components of its task.</param>
    /// <param name="isComplete">It has completed, as its host says.</param>
    internal static Registration? Follow(Registration component, TaskComponent wanted, DesiredState desired, bool isComplete)
    {
        if (!IsBehind(component, wanted))
        {
            return null;
        }

        // The reasons against it were the former command's.
        var with = component with
        {
            Command = wanted.Command, ConfigDigest = ComponentConfig.DigestOf(wanted.Config), Suspicion = null,
        };
        if (component.Host is null || component.Kind != ComponentKind.IncrSync && isComplete)
        {
            return with;
        }

        // One that failed, or ended, under the former command has not done so under this one.
        var ordered = with is { CarriedState: ComponentState.Abnormal or ComponentState.Stopped, ByHand: null }
            ? ComponentChange.Ordered(with, desired)
            : with with { FailedAt = null, Restarts = 0 };
        var again = ComponentChange.Again(ordered);
        return again with { ChangedEpoch = again.Epoch };
    }
}
