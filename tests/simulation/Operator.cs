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

    /// <summary>Each task and whether it should run.</summary>
    internal IReadOnlyDictionary<string, bool> Tasks => _tasks;

    /// <summary>What holds as people know it.</summary>
    internal HaConfig Config { get; } = world.Shape.Ha;

    /// <summary>False once the switch has been off for longer than a pass.</summary>
    internal bool MayMove => _switchedOffAt < 0
        || world.AskedAt - _switchedOffAt < 2 * Config.InspectionInterval.Ticks;

    internal bool HasConfirmed(string region) => _confirmed.Contains(region);

    internal void Begin()
    {
        for (var i = 0; i < world.Shape.Tasks; i++)
        {
            var (task, region) = ($"t{i:d3}", $"r{i % world.Shape.Regions}");
            Insist(task, s => s.Create(task, region), () => _tasks[task] = true, TimeSpan.FromSeconds(3 + (i * 0.1)));
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

        Insist(task, s => s.Set(task, runs: false), () => _tasks[task] = false, TimeSpan.Zero);
        return () => Insist(task, s => s.Set(task, runs: true), () => _tasks[task] = true, TimeSpan.Zero);
    }

    internal Action SwitchOff()
    {
        Insist("enableHost", s => s.Configure("enableHost", JsonValue.Create(false)), () => _switchedOffAt = world.Time.Now, TimeSpan.Zero);
        return () => Insist("enableHost", s =>
        {
            _switchedOffAt = -1;
            return s.Configure("enableHost", JsonValue.Create(true));
        }, () => { }, TimeSpan.Zero);
    }

    internal void ConfirmBrake(int number)
    {
        var region = $"r{number % world.Shape.Regions}";
        if (world.Leader is { } leader && leader.Confirm(region))
        {
            world.Count("brakes confirmed");
            _confirmed.Add(region);
        }
    }

    internal void ForgetConfirmations() => _confirmed.Clear();

    /// <summary>Asks whoever answers until it is done, or something newer is wanted of the same thing.</summary>
    private void Insist(string thing, Func<SchedulerSite, Task<bool>> act, Action done, TimeSpan after)
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
                        done();
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
