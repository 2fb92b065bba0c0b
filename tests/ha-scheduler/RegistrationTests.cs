namespace Holdfast.HaScheduler.Tests;

/// <summary>The names of a registration, and what it is told.</summary>
public sealed class RegistrationTests
{
    private static readonly Registration Incr = Scene.Component("t1", "h1");
    private static readonly Migration Move = new() { Cause = MoveCause.Operator, At = Scene.Now };

    [Fact]
    public void It_is_told_to_stop_while_it_leaves_and_while_it_may_not_run()
    {
        Assert.Equal(DesiredState.Running, Incr.Told);
        Assert.Equal(DesiredState.Running, (Incr with { Migration = Move }).Told);
        Assert.Equal(DesiredState.Stopped, (Incr with { Migration = Move with { StoppingSince = Scene.Now } }).Told);
        Assert.Equal(DesiredState.Stopped, (Incr with { Suspicion = new Suspicion { Since = Scene.Now } }).Told);
        Assert.Equal(DesiredState.Running, (Incr with { Suspicion = new Suspicion { Since = Scene.Now, TriedAt = Scene.Now } }).Told);
        Assert.Equal(DesiredState.Absent, (Incr with { Desired = DesiredState.Absent, Migration = Move
            with { StoppingSince = Scene.Now } }).Told);
    }

    [Fact]
    public void Only_an_Incr_Sync_that_an_operator_moves_is_moved_by_hand()
    {
        Assert.True((Incr with { Migration = Move }).IsMovedByHand);
        Assert.False((Incr with { Migration = Move with { Cause = MoveCause.Drain } }).IsMovedByHand);
        Assert.False((Incr with { Kind = ComponentKind.FullImport, Migration = Move }).IsMovedByHand);
        Assert.False(Incr.IsMovedByHand);
    }

    [Theory]
    [InlineData(ComponentKind.IncrSync, "t1-incr_trans-1-0", "10.0.0.1-9000:connector_v2:t1-incr_trans-1-0:3")]
    [InlineData(ComponentKind.FullImport, "t1-full_import-1-0", "10.0.0.1-9000:full_import:t1-full_import-1-0:3")]
    [InlineData(ComponentKind.FullVerification, "t1-full_verification-1-0", "10.0.0.1-9000:full_verification:t1-full_verification-1-0:3")]
    public void Each_kind_has_its_names(ComponentKind kind, string id, string name)
    {
        Assert.Equal((id, name), (Registration.IdOf("t1", kind), Registration.NameOn("10.0.0.1", kind, id, 3)));
        Assert.Equal((id, id), (Registration.IdIn(name), Registration.IdMeantBy(id)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Registration.IdOf("t1", ComponentKind.Store));
    }
}
