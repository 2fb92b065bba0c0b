using System.Text;
using Holdfast.Contracts;
using Holdfast.Supervisor.Cleanup;
using Holdfast.Supervisor.Guard;
using Holdfast.Supervisor.Heartbeats;
using Holdfast.Supervisor.Load;
using Holdfast.Supervisor.Machine;
using Holdfast.Supervisor.Processes;
using Holdfast.Supervisor.Setup;
using Holdfast.Tests;

namespace Holdfast.Supervisor.Tests;

/// <summary>Texts of the kernel, the guard, components, people and the server.</summary>
public sealed class ParserTests
{
    [Fact]
    public void Cpu_time_leaves_out_idle_waiting_and_the_guests_second_count()
    {
        Assert.Equal((8.0, 20.0), UsageParsers.ProcStat("cpu  300 100 200 1100 100 50 100 50 77 0\ncpu0 1 2 3\n"));
        Assert.Null(UsageParsers.ProcStat("intr 5"));
    }

    [Fact]
    public void What_one_process_uses_is_in_its_stat_line()
    {
        var stat = "7 (a) b) S 1 7 7 0 -1 4194304 100 0 0 0 150 50 25 25 20 0 1 0 5 1000000 10 18446744073709551615";
        Assert.Equal((2.5, 10.0 * Environment.SystemPageSize), UsageParsers.ProcessUses(stat));
        Assert.Equal((0, 0), UsageParsers.ProcessUses(""));
    }

    [Fact]
    public void Memory_in_use_is_what_is_not_available() =>
        Assert.Equal(0.75, UsageParsers.MemInfo("MemTotal:  1000 kB\nMemFree: 10 kB\nMemAvailable:   250 kB\n"));

    [Theory]
    [InlineData("150000 100000\n", 1.5)]
    [InlineData("max 100000\n", null)]
    [InlineData("", null)]
    public void A_v2_cpu_limit(string text, double? cpus) => Assert.Equal(cpus, UsageParsers.CpuMax(text));

    [Theory]
    [InlineData("50000\n", "100000\n", 0.5)]
    [InlineData("-1\n", "100000\n", null)]
    public void A_v1_cpu_limit(string quota, string period, double? cpus) =>
        Assert.Equal(cpus, UsageParsers.CpuQuota(quota, period));

    [Fact]
    public void Cpu_time_of_a_cgroup_in_seconds()
    {
        Assert.Equal(2.5, UsageParsers.CpuStat("usage_usec 2500000\nuser_usec 1\n"));
        Assert.Equal(1.5, UsageParsers.CpuAcct("1500000000\n"));
        Assert.Null(UsageParsers.CpuStat(""));
    }

    [Theory]
    [InlineData("1000\n", "600\n", "anon 1\ninactive_file 100\n", 0.5)]
    [InlineData("1000\n", "600\n", "inactive_file 1\ntotal_inactive_file 200\n", 0.4)]
    [InlineData("max\n", "600\n", "", null)]
    [InlineData("9223372036854771712\n", "600\n", "", null)]
    [InlineData("", "", "", null)]
    public void Memory_of_a_cgroup_without_cache_that_can_be_dropped(
        string limit, string usage, string stat, double? share) =>
        Assert.Equal(share, UsageParsers.Memory(limit, usage, stat));

    [Fact]
    public void A_process_name_may_look_like_anything()
    {
        var stat = ProcessStat.Parse(
            "42 (a) R (b) S 7 42 41 0 -1 4194304 126 0 1 0 0 0 0 0 20 0 3 0 91574 2990080 386");
        Assert.Equal(new ProcessStat(42, 'S', 7, 42, 41, 91574, Threads: 3), stat);
        Assert.Null(ProcessStat.Parse("42 (a) S 7"));
        Assert.Null(ProcessStat.Parse(""));
    }

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

    [Fact]
    public void After_a_reboot_the_inventory_names_nobody_and_a_broken_one_is_not_an_empty_one()
    {
        Leader[] leaders = [new("a", 10, 500, "/d", "-")];
        Assert.Equal(leaders, Inventory.OfThisBoot(new("boot", leaders), "boot"));
        Assert.Equal([], Inventory.OfThisBoot(new("other", leaders), "boot")!);
        Assert.Null(Inventory.OfThisBoot(new("boot", [null!]), "boot"));
        Assert.Null(Inventory.OfThisBoot(null, "boot"));
    }

    [Theory]
    [InlineData("""{"state":"Running","checkpoint":5,"consumers":[{"task":"t","checkpoint":1}],"more":1}""", true)]
    [InlineData("""{"state":"Running","checkpoint":"5x"}""", false)]
    [InlineData("""{"state":"Nonsense"}""", false)]
    [InlineData("""{"checkpoint":5}""", false)]
    [InlineData("""{"state":"Running","consumers":[null]}""", false)]
    [InlineData("""{"state":"Runn""", false)]
    [InlineData("null", false)]
    [InlineData("", false)]
    public void A_status_file_is_understood_or_its_fault_is_named(string json, bool good) =>
        Assert.Equal(good, StatusFile.Parse(Encoding.UTF8.GetBytes(json), default) is StatusRead.Good);

    [Fact]
    public void A_huge_status_file_is_not_read()
    {
        using var directory = new TempDirectory();
        var folder = Directory.CreateDirectory(directory.File("component")).FullName;
        var path = Path.Combine(folder, StatusFile.Name);
        const string Good = """{"state":"Running"}""";
        File.WriteAllText(path, Good.PadRight(StatusFile.BytesMax));
        Assert.IsType<StatusRead.Good>(StatusFile.Read(folder, null));
        File.WriteAllText(path, Good.PadRight(StatusFile.BytesMax + 1));
        Assert.IsType<StatusRead.Bad>(StatusFile.Read(folder, null));
        File.Delete(path);
        Assert.IsType<StatusRead.Missing>(StatusFile.Read(folder, null));
        Directory.Delete(folder);
        Assert.IsType<StatusRead.Missing>(StatusFile.Read(folder, null));
    }

    [Fact]
    public void A_start_line_carries_any_argument()
    {
        var line = GuardLine.Start(new GuardStart(7, "/w d", "-", ["A=%\n"], ["p", "", "ü \n"]));
        Assert.Equal("start 7 %2Fw%20d stdout.log stderr.log - 1 A%3D%25%0A p % %C3%BC%20%0A", line);
        Assert.Null(GuardLine.Start(new GuardStart(7, "/", "-", ["A=1"], [new string('x', GuardLine.BytesMax)])));
        Assert.Null(GuardLine.Start(new GuardStart(7, "/", "-", ["A=1"], [])));
    }

    [Theory]
    [InlineData("started 1 2 3 4 5")]
    [InlineData("failed 1 2")]
    [InlineData("exited 1 signal 9")]
    [InlineData("pong 1")]
    [InlineData("fenced")]
    public void The_guards_words_are_understood_and_anything_else_is_a_remark(string line)
    {
        Assert.IsNotType<GuardEvent.Remark>(GuardEvent.Parse(line));
        Assert.IsType<GuardEvent.Remark>(GuardEvent.Parse(line + " x"));
    }

    [Fact]
    public void Component_names_become_one_safe_folder_each()
    {
        Assert.Equal("10.0.0.1-80%3As%3A0000000001", ComponentFolder.SafeName("10.0.0.1-80:s:0000000001"));
        Assert.Equal("%2E.", ComponentFolder.SafeName(".."));
        Assert.DoesNotContain('/', ComponentFolder.SafeName("a/../b"));
        Assert.NotEqual(ComponentFolder.SafeName(new string('x', 300) + 1),
            ComponentFolder.SafeName(new string('x', 300) + 2));
        Assert.True(ComponentFolder.SafeName(new string('ü', 300)).Length < 255);
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("..\\..\\x")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    [InlineData("%2e%2e%2f")]
    [InlineData(".hidden")]
    [InlineData("-rf")]
    [InlineData("…/‥/x")]
    [InlineData("\ud800/..")]
    public void No_component_s_name_leads_out_of_its_folder(string name)
    {
        var path = new ComponentFolder("/srv/components", name).Path;
        Assert.Equal("/srv/components", Path.GetDirectoryName(Path.GetFullPath(path)));
        Assert.Equal(path, Path.GetFullPath(path));
        Assert.Matches("^[A-Za-z0-9%._~-]+$", Path.GetFileName(path));
        Assert.False(Path.GetFileName(path).StartsWith('.'));
    }

    [Theory]
    [InlineData("--interval 0", "HB-300 --interval 0: must be a number")]
    [InlineData("--server ftp://x", "HB-300 --server ftp://x: must be an http")]
    [InlineData("--nonsense 1", "HB-300 --nonsense: is not a flag")]
    [InlineData("--interval", "HB-300 --interval: needs a value")]
    [InlineData("--region a/b", "HB-300 --region a/b: must not have any of")]
    [InlineData("--idc ..", "HB-300 --idc ..: must not be")]
    [InlineData("--host ..", "HB-300 --host ..: must be 1 to 128 letters")]
    [InlineData("--token-file /none", "HB-303 --token-file /none: must be")]
    public void A_bad_flag_is_named_with_its_value_and_rule(string flags, string expected)
    {
        var good = "--host h --region r --idc i --address a --server https://s --work-dir /w".Split(' ').ToList();
        var bad = flags.Split(' ');
        var at = good.IndexOf(bad[0]);
        if (at >= 0)
            good.RemoveRange(at, 2);
        var refused = Assert.Throws<StartRefusedException>(() => Settings.Parse([.. good, .. bad], "t", _ => null));
        Assert.StartsWith(expected, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, 1, true)]
    [InlineData(0, 1, false)]
    [InlineData(4, 4, false)]
    public void A_reply_is_used_only_when_its_numbers_make_sense(int lease, int interval, bool good) =>
        Assert.Equal(good, HeartbeatClient.Understand(
            $"{{\"lease\":{lease},\"interval\":{interval},\"killGrace\":1,\"desiredVersion\":1,"
            + "\"serverTime\":\"2026-01-01T00:00:00Z\"}") is HeartbeatOutcome.Reply);

    [Theory]
    [InlineData("<html>")]
    [InlineData("null")]
    [InlineData("{}")]
    public void What_is_no_reply_is_said_to_be_none(string body) =>
        Assert.IsType<HeartbeatOutcome.Senseless>(HeartbeatClient.Understand(body));

    [Fact]
    public void A_reply_that_does_not_mention_applied_was_applied()
    {
        const string Body =
            """{"lease":4,"killGrace":1,"interval":1,"desiredVersion":1,"serverTime":"2026-01-01T00:00:00Z"}""";
        Assert.True(Assert.IsType<HeartbeatOutcome.Reply>(HeartbeatClient.Understand(Body)).Value.Applied);
    }

    [Fact]
    public void An_incarnation_always_grows()
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(1000);
        Assert.Equal(1000, WorkDirectory.NextIncarnation(0, now));
        Assert.Equal(2001, WorkDirectory.NextIncarnation(2000, now));
    }
}
