namespace Holdfast.HaScheduler.Tests;

/// <summary>Fields of a new maintenance.</summary>
public sealed class MaintenanceRulesTests
{
    [Theory]
    [InlineData("", "ann", 60, "reason")]
    [InlineData("disks", " ", 60, "owner")]
    [InlineData("disks", "ann", 0, "until")]
    [InlineData("disks", "ann", 60 * 24 * 367, "until")]
    [InlineData(null, null, null, "reason,owner,until")]
    public void A_maintenance_says_why_who_and_until_when(string? reason, string? owner, int? minutes, string wrong)
    {
        var body = new NewMaintenance { Reason = reason, Owner = owner, Until = minutes is { } m ? Scene.Now.AddMinutes(m) : null };
        var fault = MaintenanceRules.Check(body, "token", Scene.Now).Fault!;
        Assert.Equal(("HA-141", wrong), (fault.Code, string.Join(',', fault.Fields.Select(f => f.Field))));
    }

    /// <summary>A reason of 257 characters was one for a host and none for its IDC.</summary>
    [Theory]
    [InlineData(500, 128, "")]
    [InlineData(501, 129, "reason,owner")]
    public void A_maintenance_of_an_IDC_has_the_bounds_of_one_of_a_host(int reason, int owner, string wrong)
    {
        var body = new NewMaintenance
        {
            Reason = new string('r', reason), Owner = new string('o', owner), Until = Scene.Now.AddMinutes(60),
        };
        var fault = MaintenanceRules.Check(body, "token", Scene.Now).Fault;
        Assert.Equal(wrong, string.Join(',', (fault?.Fields ?? []).Select(f => f.Field)));
    }
}
