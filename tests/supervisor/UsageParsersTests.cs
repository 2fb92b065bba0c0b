using Holdfast.Supervisor.Load;

namespace Holdfast.Supervisor.Tests;

public sealed class UsageParsersTests
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
}
