namespace Holdfast.Simulation.Tests;

/// <summary>Requests of people: unanswered, they are sent again to whoever answers, until something newer is wanted.</summary>
internal sealed class Requests(World world)
{
    private readonly Dictionary<string, long> _turns = new(StringComparer.Ordinal);

    internal Action Once<TSite>(TSite? whom, Func<TSite, Task> act) where TSite : Site
    {
        if (whom is { Proc: { } proc } scheduler)
        {
            proc.Run(() => _ = Try());
            async Task Try()
            {
                try
                {
                    await act(scheduler);
                }
                catch (Exception error)
                {
                    world.TickFailed(scheduler, error);
                }
            }
        }

        return () => { };
    }

    internal void Insist(string thing, Func<SchedulerSite, Task<bool>> act, TimeSpan after) =>
        Insist(thing, () => world.AnyScheduler, s => act((SchedulerSite)s), after);

    /// <summary>Drops what was wanted of a thing.</summary>
    internal void LetGo(string thing) => _turns[thing] = _turns.GetValueOrDefault(thing) + 1;

    /// <summary>Asks whoever answers until it is done, or something newer is wanted of the same thing.</summary>
    internal void Insist(string thing, Func<Site?> whom, Func<Site, Task<bool>> act, TimeSpan after)
    {
        var turn = _turns[thing] = _turns.GetValueOrDefault(thing) + 1;
        Attempt(after);

        void Attempt(TimeSpan rest) => world.Time.After(rest, null, () =>
        {
            if (_turns[thing] != turn)
            {
                return;
            }

            if (whom() is not { Proc: { } proc } site)
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
                    if (await act(site))
                    {
                        isOver = true;
                        return;
                    }
                }
                catch (Exception error)
                {
                    world.TickFailed(site, error);
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
