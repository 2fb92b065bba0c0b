namespace Holdfast.Apply.Tests;

/// <summary>Statements that a task applies unless somebody says otherwise: never one whose values cannot come back.</summary>
public sealed class DdlPolicyTests
{
    [Theory]
    [InlineData(DdlKind.AddColumn, true)]
    [InlineData(DdlKind.ModifyColumn, true)]
    [InlineData(DdlKind.RenameColumn, true)]
    [InlineData(DdlKind.SetDefault, true)]
    [InlineData(DdlKind.CreateTable, true)]
    [InlineData(DdlKind.RenameTable, true)]
    [InlineData(DdlKind.DropColumn, false)]
    [InlineData(DdlKind.DropTable, false)]
    [InlineData(DdlKind.TruncateTable, false)]
    [InlineData(DdlKind.Other, false)]
    public void By_default_all_is_applied_but_what_destroys_and_what_is_unknown(DdlKind kind, bool isApplied) =>
        Assert.Equal(isApplied, DdlPolicy.Default.Apply.Contains(kind));

    [Fact]
    public void Every_kind_can_be_asked_for_but_the_unknown_one()
    {
        Assert.Equal(Enum.GetValues<DdlKind>().Where(k => k != DdlKind.Other), DdlPolicy.All);
        Assert.Equal(DdlPolicy.All.Order(), DdlPolicy.Default.Apply.Concat(DdlPolicy.Destructive).Order());
        Assert.Empty(DdlPolicy.Default.Apply.Intersect(DdlPolicy.Destructive));
    }

    [Fact]
    public void A_policy_that_says_nothing_applies_nothing_and_knows_no_answer()
    {
        Assert.Empty(new DdlPolicy().Apply);
        Assert.Empty(new DdlPolicy().Answers);
    }

    [Fact]
    public void An_answer_without_a_statement_is_about_the_source_s_own() => Assert.Null(new DdlAnswer(DdlChoice.Apply).Statement);
}
