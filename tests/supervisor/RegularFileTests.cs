using System.Net.Sockets;
using Holdfast.Supervisor.Logs;

namespace Holdfast.Supervisor.Tests;

/// <summary>Things that a component puts under a name that the supervisor opens; a call returns at once, or the test never ends.</summary>
public sealed class RegularFileTests : IDisposable
{
    private const string Words = """{"state":"Running"}""";
    private readonly TempDirectory _root = new();
    private readonly string _folder;

    public RegularFileTests() => _folder = Directory.CreateDirectory(In("component")).FullName;

    private readonly List<IDisposable> _open = [];

    public void Dispose()
    {
        _open.ForEach(o => o.Dispose());
        _root.Dispose();
    }

    private string In(string name) => Path.Combine(_root.Location, name);

    private string Status => Path.Combine(_folder, StatusFile.Name);

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    /// <summary>Puts that kind of thing there.</summary>
    private void Put(string kind, string path)
    {
        switch (kind)
        {
            case "a FIFO":
                Run("mkfifo", path);
                break;
            case "a directory":
                Directory.CreateDirectory(path);
                break;
            case "a socket":
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                _open.Add(socket);
                socket.Bind(new UnixDomainSocketEndPoint(path));
                break;
            case "a link":
                File.WriteAllText(In("elsewhere"), Words);
                File.CreateSymbolicLink(path, In("elsewhere"));
                break;
            case "a link to itself":
                File.CreateSymbolicLink(path, path);
                break;
            case "a link to a device":
                File.CreateSymbolicLink(path, "/dev/zero");
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "unknown");
        }
    }

    [Theory]
    [InlineData("a FIFO")]
    [InlineData("a directory")]
    [InlineData("a socket")]
    [InlineData("a link")]
    [InlineData("a link to itself")]
    [InlineData("a link to a device")]
    public void Nothing_but_a_regular_file_is_read_or_shown(string kind)
    {
        Put(kind, Status);
        var bad = Assert.IsType<StatusRead.Bad>(StatusFile.Read(_folder, null));
        Assert.StartsWith("HB-342 status.json is a", bad.Error, StringComparison.Ordinal);
        Assert.IsType<StatusRead.Unchanged>(StatusFile.Read(_folder, bad.Stamp));
        Put(kind, Path.Combine(_folder, ComponentFolder.Stdout));
        Assert.Empty(LogTails.Of(_folder, 9));
    }

    [Theory]
    [InlineData("a FIFO")]
    [InlineData("a directory")]
    [InlineData("a socket")]
    [InlineData("a link")]
    [InlineData("a link to itself")]
    public void A_start_removes_whatever_stands_where_a_file_should_and_touches_nothing_behind_a_link(string kind)
    {
        foreach (var name in new[] { StatusFile.Name, ComponentFolder.Stdout, ComponentFolder.Stderr })
        {
            Put(kind, Path.Combine(_folder, name));
        }

        new ComponentFolder(_root.Location, "component").Prepare();
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
        Assert.True(kind != "a link" || File.ReadAllText(In("elsewhere")) == Words);
    }

    [Fact]
    public void A_start_keeps_logs_and_makes_a_directory_of_one_that_became_a_link()
    {
        File.WriteAllText(Path.Combine(_folder, ComponentFolder.Stdout), "x");
        new ComponentFolder(_root.Location, "component").Prepare();
        Assert.True(File.Exists(Path.Combine(_folder, ComponentFolder.Stdout)));
        Directory.CreateDirectory(In("behind"));
        File.WriteAllText(Path.Combine(In("behind"), StatusFile.Name), Words);
        Directory.Delete(_folder, recursive: true);
        File.CreateSymbolicLink(_folder, In("behind"));
        Assert.IsType<StatusRead.Bad>(StatusFile.Read(_folder, null));
        Assert.Empty(LogTails.Of(_folder, 9));
        new ComponentFolder(_root.Location, "component").Prepare();
        Assert.Null(new DirectoryInfo(_folder).LinkTarget);
        Assert.True(File.Exists(Path.Combine(In("behind"), StatusFile.Name)));
    }

    [Fact]
    public void A_file_that_shrinks_or_grows_while_it_is_read_gives_what_is_there_and_no_more_than_asked_for()
    {
        File.WriteAllText(Status, new string('x', 100));
        var opened = Assert.IsType<FileFound.Opened>(RegularFile.Open(_folder, StatusFile.Name));
        using var file = opened.Handle;
        File.WriteAllText(Status, "xy");
        Assert.Equal("xy", Encoding.UTF8.GetString(RegularFile.Read(file, 0, 100)));
        File.WriteAllText(Status, new string('x', 1000));
        Assert.Equal(100, RegularFile.Read(file, 0, 100).Length);
        Assert.Empty(RegularFile.Read(file, 1000, 100));
    }

    [Fact]
    public void A_sparse_file_of_a_terabyte_costs_nothing()
    {
        using (var file = File.OpenHandle(Status, FileMode.Create, FileAccess.Write))
        {
            RandomAccess.SetLength(file, 1L << 40);
        }

        Assert.IsType<StatusRead.Bad>(StatusFile.Read(_folder, null));
    }

    [Fact]
    public void A_file_that_nobody_may_read_is_said_to_be_so()
    {
        File.WriteAllText(Status, Words);
        File.SetUnixFileMode(Status, UnixFileMode.None);
        var read = StatusFile.Read(_folder, null);
        Assert.True(Environment.IsPrivilegedProcess ? read is StatusRead.Good
            : read is StatusRead.Bad { Error: var error } && error.Contains("denied", StringComparison.Ordinal));
    }

    [Fact]
    public void Leftovers_of_an_earlier_life_that_became_something_else_are_not_read_and_the_next_one_is_written()
    {
        Run("mkfifo", In("inventory.json"));
        Run("mkfifo", In("inventory.json.new"));
        Assert.Null(new Inventory(In("inventory.json")).Leftovers("boot"));
        new Inventory(In("inventory.json")).Save("boot", []);
        Assert.Equal([], new Inventory(In("inventory.json")).Leftovers("boot")!);
    }

    [Fact]
    public async Task Removed_Stores_are_deleted_however_deep_they_are_and_nothing_behind_their_links()
    {
        File.WriteAllText(In("elsewhere"), Words);
        var aside = In("removed");
        var deep = _folder;
        for (var i = 0; i < 300; i++)
        {
            // Deeper than a path can name: made from below, as a component would.
            deep = Directory.CreateDirectory(Path.Combine(deep, "0123456789")).FullName;
            if (deep.Length > 3000)
            {
                Directory.Move(Path.Combine(_folder, "0123456789"), In("half"));
                Directory.CreateDirectory(Path.Combine(_folder, "0123456789"));
                Directory.Move(In("half"), Path.Combine(_folder, "0123456789", "half"));
                break;
            }
        }

        File.CreateSymbolicLink(Path.Combine(_folder, "link"), In("elsewhere"));
        File.CreateSymbolicLink(Path.Combine(_folder, "root"), "/");
        Run("mkfifo", Path.Combine(_folder, "fifo"));
        var closed = Directory.CreateDirectory(Path.Combine(_folder, "closed", "in it"));
        File.SetUnixFileMode(closed.Parent!.FullName, UnixFileMode.None);
        var discards = new Discards(_root.Location, aside, new DiskThreads(TimeProvider.System),
            Microsoft.Extensions.Logging.Abstractions.NullLogger<Discards>.Instance);
        discards.Want([Desire.Shell("component", "") with { Kind = ComponentKind.Store, Desired = DesiredState.Absent }]);
        var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);
        while (Directory.Exists(_folder) || Directory.GetFileSystemEntries(aside).Length > 0)
        {
            discards.Carry(_ => false);
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, limit.Token);
        }

        Assert.Equal(Words, File.ReadAllText(In("elsewhere")));
    }
}
