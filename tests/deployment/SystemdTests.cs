namespace Holdfast.Deployment.Tests;

/// <summary>The units as systemd itself reads them, with their drop-ins; nothing is started.</summary>
[Trait("Category", "process")]
public sealed class SystemdTests
{
    /// <summary>The most exposure, in tenths, as <c>systemd-analyze security</c> counts: 100 is all the rights of root.</summary>
    private const string ExposureMax = "25";

    private static string Units => Path.Combine(Tool.Deploy, "systemd");

    /// <summary>Path of units, besides the machine's own.</summary>
    private static Dictionary<string, string> OnUnitPath => new(StringComparer.Ordinal) { ["SYSTEMD_UNIT_PATH"] = Units + ":" };

    public static TheoryData<string> Services =>
        [.. Directory.EnumerateFiles(Units, "*.service").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    [Fact]
    public void Each_service_and_the_supervisor_has_one() => Assert.Equal(
        ["alerting", "console", "door", "ha-scheduler", "heartbeat", "store-manager", "supervisor"],
        Services.Select(s => s.Data["holdfast-".Length..^".service".Length]));

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Systemd_finds_no_fault_in_it_and_little_that_it_may_do(string service)
    {
        Assert.SkipWhen(Tool.Missing("systemd-analyze", "systemd") is not null, Tool.Missing("systemd-analyze", "systemd") ?? "");
        var unit = Path.Combine(Units, service);
        var (exit, said) = await Tool.Run("systemd-analyze", ["verify", "--man=no", unit], environment: OnUnitPath);
        // Where .NET is installed elsewhere, its path in the unit is what a person has to adapt.
        var faults = said.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(l => !l.Contains("/usr/bin/dotnet is not executable", StringComparison.Ordinal)).ToList();
        Assert.True(faults.Count == 0 && (exit == 0 || said.Length > 0), said);

        (exit, said) = await Tool.Run("systemd-analyze",
            ["security", "--offline=true", "--no-pager", $"--threshold={ExposureMax}", unit], environment: OnUnitPath);
        Assert.True(exit == 0, said);
    }

    [Fact]
    public async Task A_setting_that_systemd_does_not_know_is_found()
    {
        Assert.SkipWhen(Tool.Missing("systemd-analyze", "systemd") is not null, Tool.Missing("systemd-analyze", "systemd") ?? "");
        var directory = Directory.CreateTempSubdirectory("holdfast-units-");
        try
        {
            var unit = Path.Combine(directory.FullName, "holdfast-broken.service");
            await File.WriteAllTextAsync(unit, "[Service]\nExecStart=/bin/true\nRestrat=always\n", TestContext.Current.CancellationToken);
            var (_, said) = await Tool.Run("systemd-analyze", ["verify", "--man=no", unit], environment: OnUnitPath);
            Assert.Contains("Restrat", said, StringComparison.Ordinal);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
