using Holdfast.Supervisor.Processes;

namespace Holdfast.Simulation.Tests;

/// <summary>
/// Components that say hostile words, and I12: a component's words cost no other component its lease. Words go the whole way that they
/// go on a host: status file, look, report, wire, intake.
/// </summary>
internal static class Poison
{
    /// <summary>Null: the directory does not answer at all.</summary>
    private static readonly string?[] Words =
    [
        """{"state":"Running","checkpoint":-1,"delaySeconds":-5}""",
        """{"state":"Running","checkpoint":1795853922,"delaySeconds":"NaN"}""",
        """{"state":99,"checkpoint":1795853922}""",
        """{"state":"Running","delaySeconds":1e400}""",
        """{"state":"Running","checkpoint":9223372036854775807,"begin":-3,"end":4102444801}""",
        """{"state":"Running","consumers":[{"task":"","checkpoint":-1},null]}""",
        """{"state":"Running","consumers":[{"task":"t0","checkpoint":-7}]}""",
        """{"state":"Running","error":"\ud800"}""",
        """{"state":"Running","state":"Completed"}""",
        """{"state":"Runn""",
        "[[[[[[[[[[[[",
        "",
        null,
    ];

    /// <summary>A fault's force, at target 0, by which a directory does not answer.</summary>
    internal static int WordsOfHangingDisk => Array.IndexOf(Words, null);

    /// <summary>The component that the fault means says it from now on, wherever it runs.</summary>
    internal static Action Begin(World world, Host host, Fault fault)
    {
        var workers = host.Workers.Where(w => !w.IsDead).ToList();
        if (workers.Count == 0)
        {
            return () => { };
        }

        var worker = workers[fault.Target % workers.Count];
        var key = worker.PoisonKey;
        var words = Words[(fault.Force + fault.Target) % Words.Length];
        world.HostileWords[key] = words is null ? null : Encoding.UTF8.GetBytes(words);
        world.Tell($"{worker.What.Name} on {host.Name} says {words ?? "nothing: its directory does not answer"}");
        host.Supervisor?.Noticed();
        return () =>
        {
            world.HostileWords.Remove(key);
            world.HostileWordsEnded[key] = world.Time.Now;
            world.Hosts.ForEach(h => h.Supervisor?.DisksAnswer());
        };
    }

    /// <summary>Words without rules, as a supervisor of an earlier version took them.</summary>
    internal static StatusRead Believed(ReadOnlySpan<byte> words)
    {
        try
        {
            return new StatusRead.Good(JsonSerializer.Deserialize(words, StatusJson.Default.ComponentStatus)!, default);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return new StatusRead.Bad("status.json is not what it should be", default);
        }
    }

    /// <summary>Reads as that one does, but only what JSON can say: a component could not send the rest.</summary>
    internal static StatusRead BelievedIfSayable(ReadOnlySpan<byte> words) =>
        Believed(words) is StatusRead.Good { Status: var said } good
            && double.IsFinite(said.DelaySeconds ?? 0) && Enum.IsDefined(said.State)
            ? good
            : StatusFile.Parse(words, default);

    /// <summary>The report of a component whose hostile words are passed on.</summary>
    internal static ComponentReport Believed(ComponentReport report, Component component)
    {
        if (component is not { Status: { } said, StatusError: null, Phase: Phase.Alive or Phase.Stopping })
        {
            return report;
        }

        var raw = report with
        {
            State = ComponentState.Running,
            Checkpoint = said.Checkpoint,
            Begin = said.Begin,
            End = said.End,
            DelaySeconds = said.DelaySeconds,
            Consumers = said.Consumers,
        };
        return ComponentRules.Broken(raw) is null && Enum.IsDefined(said.State) ? report : raw with
        {
            State = said.State switch
            {
                ComponentState.Abnormal => ComponentState.Abnormal,
                ComponentState.Starting => ComponentState.Starting,
                ComponentState.Running or ComponentState.Completed or ComponentState.Stopped or ComponentState.Migrating =>
                    ComponentState.Running,
            },
        };
    }
}
