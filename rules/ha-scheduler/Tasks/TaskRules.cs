using Holdfast.Rules.HaScheduler.Components;
using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Tasks;

/// <summary>Rules for a new task. Pure.</summary>
internal static class TaskRules
{
    internal const int NameMax = 64;
    private static readonly string IdRule = Ids.AsciiRule(NameMax, Ids.Marks);
    internal static readonly string TagsRule = $"must be at most {TagsMax} different tags as hosts carry them";
    private const int TagsMax = 32;

    /// <summary>A year, in seconds.</summary>
    private const long RetentionMax = 31_536_000;

    /// <summary>More than this would read more than 60 s too much.</summary>
    private const int LagMax = 30;

    internal static List<FieldFault> Check(NewTask task, IReadOnlyList<string> regions)
    {
        var faults = new List<FieldFault>();
        void Rule(string field, object? value, bool holds, string rule)
        {
            if (!holds)
            {
                faults.Add(new FieldFault(field, value, rule));
            }
        }

        var known = regions.Count == 0 ? "no host has reported yet" : "known: " + string.Join(", ", regions);
        Rule("id", task.Id, task.Id is null || IsId(task.Id), IdRule);
        var badName = Ids.WhyNotName(task.Name, NameMax);
        Rule("name", task.Name, badName is null, badName ?? "");
        Rule("id", task.Id, task.Id is not null || badName is not null || IsId(task.Name), $"{IdRule}; the name is none, so give an id");
        Rule("type", task.Type, task.Type is "migration" or "synchronization", "must be migration or synchronization");
        Rule("region", task.Region, IsKnown(task.Region), $"must be a region that has hosts ({known})");
        Rule("protection", task.Protection, Protection(task.Protection) is not null, "must be HIGH, MEDIUM, LOW or IGNORE");
        Rule("source.name", task.Source?.Name, IsId(task.Source?.Name), IdRule);
        Rule("source.region", task.Source?.Region, task.Source?.Region is null || IsKnown(task.Source.Region),
            $"must be a region that has hosts ({known})");
        Rule("source.log.retentionSec", task.Source?.Log?.RetentionSec, task.Source?.Log?.RetentionSec is null or >= 60 and <= RetentionMax,
            $"must be 60 to {RetentionMax} seconds");
        Rule("source.log.clockSkewSec", task.Source?.Log?.ClockSkewSec, task.Source?.Log?.ClockSkewSec is null or >= 0 and <= LagMax,
            $"must be 0 to {LagMax} seconds");
        Rule("source.log.flushLagSec", task.Source?.Log?.FlushLagSec, task.Source?.Log?.FlushLagSec is null or >= 0 and <= LagMax,
            $"must be 0 to {LagMax} seconds");
        Rule("shareStore", task.ShareStore, task.ShareStore != true || task.Type != "migration",
            "must be false or left out: a migration task has Stores of its own");
        Rule("startTimestamp", task.StartTimestamp, task.StartTimestamp is null or >= 0, "must be unix seconds, 0 or more");
        Rule("incrSync", null, task.IncrSync is not null, "must be given");
        Rule("incrSync.desired", task.IncrSync?.Desired, task.IncrSync?.Desired is null or "Running" or "Stopped",
            "must be Running or Stopped");
        (string, NewTaskComponent?)[] components = [("incrSync", task.IncrSync), ("store", task.Store),
            ("fullImport", task.FullImport), ("fullVerification", task.FullVerification)];
        foreach (var (field, component) in components.Where(c => c.Item2 is not null))
        {
            Rule(field + ".command", Shown(component!.Command), OperatorText.IsCommand(component.Command), OperatorText.CommandRule);
            if (TaskConfigs.WhyNot(field, component.Config, stored: null) is { } badConfig)
            {
                faults.Add(badConfig);
            }
        }

        Rule("tags", task.Tags is null ? null : string.Join(", ", task.Tags), task.Tags is null || AreTags(task.Tags), TagsRule);
        return faults;
        bool IsKnown(string? region) => region is not null && regions.Contains(region, StringComparer.Ordinal);
    }

    /// <summary>The task that a body without faults describes.</summary>
    internal static TaskDocument Create(NewTask body, DateTimeOffset now) => new()
    {
        Id = body.Id ?? body.Name!,
        Name = body.Name!,
        Type = body.Type!,
        Region = body.Region!,
        Protection = Protection(body.Protection)!.Value,
        Source = new TaskSource(body.Source!.Name!, body.Source.Region ?? body.Region!) { Log = body.Source.Log },
        ShareStore = body.ShareStore,
        IncrSync = Component(body.IncrSync)!,
        Store = Component(body.Store),
        FullImport = Component(body.FullImport),
        FullVerification = Component(body.FullVerification),
        Tags = body.Tags ?? [],
        Status = body.IncrSync!.Desired == "Stopped" ? TaskIntent.Suspended : TaskIntent.Running,
        StartTimestamp = body.StartTimestamp ?? now.ToUnixTimeSeconds(),
        CreatedAt = now,
    };

    /// <summary>
    /// Its task wants something else of it. A failure that was carried through a move keeps it stopped until somebody
    /// operates the task.
    /// </summary>
    internal static bool IsBehind(Registration registration, TaskDocument task) =>
        registration.Desired != task.Desired
        && (registration is { CarriedState: null, ByHand: null } || task.Desired == DesiredState.Absent);

    /// <summary>The registration once its task wants this; null when it is over.</summary>
    /// <param name="reported">Last report of this very placement by its host; null: there is none.</param>
    internal static Registration? Follow(
        Registration registration, DesiredState desired, ComponentReport? reported = null) => desired switch
    {
        DesiredState.Absent when registration is { Host: { } host, Name: { } name } => registration with
        {
            Desired = desired,
            Host = null,
            Name = null,
            Migration = null,
            ByHand = null,
            FailedAt = null,
            Former = [.. registration.Former, new FormerPlace(name, host, registration.Epoch)],
        },
        _ when registration.Desired == DesiredState.Absent => null,
        DesiredState.Running when !MayHaveCompleted(registration, reported) =>
            ComponentChange.Started(registration, reported) with { ByHand = null },
        _ => ComponentChange.Ordered(registration, desired) with { ByHand = null },
    };

    /// <summary>A copy or a comparison that is done, or that nobody can ask, is not made once more because its task goes on.</summary>
    private static bool MayHaveCompleted(Registration registration, ComponentReport? reported) =>
        registration.Kind != ComponentKind.IncrSync && reported is null or { State: ComponentState.Completed };

    /// <summary>A source is in one region; tasks that share its Stores must agree which.</summary>
    internal static bool NamesSourceElsewhere(TaskDocument known, TaskDocument task) =>
        known.Status != TaskIntent.Released && known.Subtopic == task.Subtopic && known.Source.Region != task.Source.Region;

    /// <summary>Two names that happen to make one subtopic: Stores that are not shared would be.</summary>
    internal static bool HasStoresOfItsOwn(TaskDocument known, TaskDocument task) =>
        known.Status != TaskIntent.Released && known.Id != task.Id && known.Subtopic == task.Subtopic
        && !(known.SharesStore && task.SharesStore);

    internal static ProtectionLevel? Protection(string? word) => word switch
    {
        null or "MEDIUM" => ProtectionLevel.Medium,
        "HIGH" => ProtectionLevel.High,
        "LOW" => ProtectionLevel.Low,
        "IGNORE" => ProtectionLevel.Ignore,
        _ => null,
    };

    internal static string? Shown(IReadOnlyList<string>? command) => command is null ? null : string.Join(' ', command);

    private static TaskComponent? Component(NewTaskComponent? given) => given is null
        ? null
        : new TaskComponent(given.Command!) { Config = TaskConfigs.TextOf(given.Config, stored: null) };

    internal static bool AreTags(IReadOnlyList<string> tags) => tags.Count <= TagsMax
        && tags.All(t => t is { Length: >= 1 and <= NameMax }) && tags.Distinct(StringComparer.Ordinal).Count() == tags.Count;

    private static bool IsId(string? text) => Ids.IsAscii(text, NameMax, Ids.Marks);
}
