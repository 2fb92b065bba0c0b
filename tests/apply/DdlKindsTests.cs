namespace Holdfast.Apply.Tests;

public sealed class DdlKindsTests
{
    [Fact]
    public void Each_kind_that_can_be_asked_for_has_a_name_and_no_other_has_one()
    {
        Assert.All(DdlPolicy.All, kind => Assert.Equal(kind, DdlKinds.Of(DdlKinds.Name(kind))));
        Assert.Equal(DdlKind.AddColumn, DdlKinds.Of("addColumn"));
        Assert.Null(DdlKinds.Of("AddColumn"));
        Assert.Null(DdlKinds.Of("other"));
        Assert.Equal(DdlPolicy.All.Count, DdlKinds.Names.Distinct().Count());
    }

    /// <summary>Values that are gone cannot come back.</summary>
    [Fact]
    public void What_destroys_is_applied_only_when_it_is_asked_for() => Assert.Equal(
        [DdlKind.DropColumn, DdlKind.DropTable, DdlKind.TruncateTable], DdlPolicy.All.Where(k => !DdlPolicy.Default.Apply.Contains(k)));
}
