namespace Holdfast.Supervisor.Tests;

[Trait("Category", "process")]
public sealed class DiscardsTests : HostScene
{
    private const string Sleeper = "exec sleep 1000";

    [Fact]
    public async Task A_removed_store_s_directory_goes_and_one_that_a_list_merely_lacks_stays()
    {
        var store = Desire.Shell("s", "echo log > data; " + Sleeper) with { Kind = ComponentKind.Store };
        var other = Desire.Shell("o", "echo log > data; " + Sleeper) with { Kind = ComponentKind.Store };
        await Run(store, other);
        _server.Want();
        await _host.Until(() => _server.Last("s") is null && _host.Living().Count == 0, "both are forgotten");
        Assert.True(File.Exists(Path.Combine(_host.Folder("s"), "data")), "deleted though nobody said that it was removed");
        _server.Want(store with { Desired = DesiredState.Absent, Command = [] });
        await _host.Until(() => !Directory.Exists(_host.Folder("s")), "deleted");
        await _host.Until(() => Directory.GetDirectories(Path.Combine(_host.Work, "removed")).Length == 0, "the disk is freed");
        Assert.True(File.Exists(Path.Combine(_host.Folder("o"), "data")), "the other one's is not");
        Assert.Null(_server.Last("s"));
    }
}
