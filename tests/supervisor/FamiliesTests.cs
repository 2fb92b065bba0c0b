namespace Holdfast.Supervisor.Tests;

public sealed class FamiliesTests
{
    [Fact]
    public void A_reused_pid_is_never_among_those_who_die()
    {
        ProcessStat[] table =
        [
            new(10, 'S', 1, 10, 10, 500), // ours
            new(11, 'S', 10, 11, 11, 501), // its child in a session of its own
            new(12, 'Z', 10, 10, 10, 502), // dead already
            new(20, 'S', 1, 20, 20, 900), // somebody else's, with a pid that was ours
            new(21, 'S', 20, 20, 20, 901),
            new(30, 'S', 1, 30, 30, 600), // known by its environment
            new(99, 'S', 10, 10, 10, 100), // ourselves
        ];
        Leader[] leaders = [new("a", 10, 500, "", "-"), new("b", 20, 500, "", "-")];
        var members = Families.Members(table, leaders, p => p.Pid == 30, new Kin([99], null));
        Assert.Equal([10, 11, 30], members.Select(p => p.Pid));
    }

    [Fact]
    public void What_the_guard_runs_is_below_it_whatever_it_says_of_itself_and_the_guard_lives_on()
    {
        ProcessStat[] table =
        [
            new(2, 'S', 0, 2, 2, 1), // the kernel's
            new(50, 'S', 40, 50, 50, 500), // the guard
            new(51, 'S', 50, 50, 50, 501), // a reaper
            new(52, 'S', 51, 52, 52, 502), // in a session of its own, without an environment
            new(53, 'Z', 52, 53, 53, 503, Threads: 2), // its first thread has left
            new(60, 'S', 40, 60, 60, 504), // a child of the supervisor that the guard did not start
        ];
        Assert.Equal([51, 52, 53], Families.Members(table, [], _ => false, new Kin([40, 50], 50)).Select(p => p.Pid));
        Assert.Equal([50, 51, 52, 53, 60], Families.Members(table, [], _ => false, new Kin([40], 40)).Select(p => p.Pid));
        Assert.Empty(Families.Members(table, [], _ => false, new Kin([40], null)));
    }
}
