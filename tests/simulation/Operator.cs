using System.Text.Json.Nodes;
using Holdfast.Contracts;

namespace Holdfast.Simulation.Tests;

/// <summary>People: they create, start and stop tasks, change ha.config, confirm the brake; refused, they try again.</summary>
internal sealed class Operator(World world)
{
    private readonly Dictionary<string, bool> _tasks = new(StringComparer.Ordinal);
    private readonly HashSet<string> _confirmed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _turns = new(StringComparer.Ordinal);
    private long _switchedOffAt = -1;

    /// <summary>Replicas read ha.config every three seconds; a pass drops what was decided longer ago than that.</summary>
    private static readonly TimeSpan HeardWithin = TimeSpan.FromSeconds(6);

    /// <summary>Each task and whether it should run.</summary>
    internal IReadOnlyDictionary<string, bool> Tasks => _tasks;

    /// <summary>What holds as people know it.</summary>
    internal HaConfig Config { get; } = world.Shape.Ha;

    /// <summary>
    /// False once the switch has been off for longer than it takes to hear of it when the word of it was lost, and to end
    /// a pass that is under way.
    /// </summary>
    internal bool MayAct(bool isRestart) => isRestart || _switchedOffAt < 0
        || world.AskedAt - _switchedOffAt < (2 * Config.InspectionInterval + HeardWithin).Ticks;

    internal bool HasConfirmed(string region) => _confirmed.Contains(region);

    internal void Begin()
    {
        for (var i = 0; i < world.Shape.Tasks; i++)
        {
            var (task, region) = ($"t{i:d3}", $"r{i % world.Shape.Regions}");
            Insist(task, s => s.Create(task, region), TimeSpan.FromSeconds(3 + (i * 0.1)));
        }
    }

    /// <summary>Stops the task; the way back.</summary>
    internal Action StopTask(int number)
    {
        var task = $"t{number % world.Shape.Tasks:d3}";
        if (!_tasks.ContainsKey(task))
        {
            return () => { };
        }

        Insist(task, s => s.Set(task, runs: false), TimeSpan.Zero);
        return () => Insist(task, s => s.Set(task, runs: true), TimeSpan.Zero);
    }

    internal Action SwitchOff()
    {
        Insist("enableHost", s => s.Configure("enableHost", JsonValue.Create(false)), TimeSpan.Zero);
        return () => Insist("enableHost", s => s.Configure("enableHost", JsonValue.Create(true)), TimeSpan.Zero);
    }

    /// <summary>What the store says holds, whoever asked for it however long ago.</summary>
    internal void Configured(HaConfig config) =>
        _switchedOffAt = config.EnableHost ? -1 : _switchedOffAt < 0 ? world.Time.Now : _switchedOffAt;

    internal void Wanted(string task, bool runs) => _tasks[task] = runs;

    internal void ConfirmBrake(int number)
    {
        var region = $"r{number % world.Shape.Regions}";
        if (world.Leader is { Proc: { } proc } leader)
        {
            proc.Run(() => _ = Confirm(leader, region));
        }
    }

    /// <summary>Refused, or the store is away: they look again, at another time.</summary>
    private async Task Confirm(SchedulerSite leader, string region)
    {
        try
        {
            await leader.Confirm(region);
        }
        catch (Exception error)
        {
            world.TickFailed(leader, error);
        }
    }

    internal void Confirmed(string region)
    {
        world.Count("brakes confirmed");
        _confirmed.Add(region);
    }

    internal void ForgetConfirmations() => _confirmed.Clear();

    /// <summary>Asks whoever answers until it is done, or something newer is wanted of the same thing.</summary>
    private void Insist(string thing, Func<SchedulerSite, Task<bool>> act, TimeSpan after)
    {
        var turn = _turns[thing] = _turns.GetValueOrDefault(thing) + 1;
        Attempt(after);

        void Attempt(TimeSpan rest) => world.Time.After(rest, null, () =>
        {
            if (_turns[thing] != turn)
            {
                return;
            }

            if (world.Leader is not { Proc: { } proc } leader)
            {
                Attempt(TimeSpan.FromSeconds(1));
                return;
            }

            var isOver = false;
            proc.Run(() => _ = Try());
            // A process that died meanwhile never answers.
            world.Time.After(TimeSpan.FromSeconds(10), null, Again);

            async Task Try()
            {
                try
                {
                    if (await act(leader))
                    {
                        isOver = true;
                        return;
                    }
                }
                catch (Exception error)
                {
                    world.TickFailed(leader, error);
                }

                world.Time.After(TimeSpan.FromSeconds(1), null, Again);
            }

            void Again()
            {
                if (!isOver)
                {
                    isOver = true;
                    Attempt(TimeSpan.Zero);
                }
            }
        });
    }
}
