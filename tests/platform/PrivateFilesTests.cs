using Holdfast.Contracts;

namespace Holdfast.Platform.Tests;

/// <summary>Files that hold secrets are their user's alone, also if an earlier version or a generous umask made them.</summary>
public sealed class PrivateFilesTests : IDisposable
{
    private const UnixFileMode Open = PrivateFiles.OfDirectory | UnixFileMode.GroupRead | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_data_directory_and_its_token_are_their_users_alone(bool existed)
    {
        var data = _directory.File("data");
        if (existed)
        {
            Directory.CreateDirectory(data, Open);
            File.WriteAllText(Path.Combine(data, "token"), new string('t', 48));
            File.SetUnixFileMode(Path.Combine(data, "token"), Open & ~UnixFileMode.UserExecute);
        }

        Assert.Null(HoldfastHost.CheckData(new Settings { DataDirectory = data }));
        Assert.Null(TokenAuth.Load(data).Fault);
        Assert.Equal(PrivateFiles.OfDirectory, File.GetUnixFileMode(data));
        Assert.Equal(PrivateFiles.OfFile, Mode("data/token"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_database_and_the_files_beside_it_are_their_users_alone(bool existed)
    {
        var file = _directory.File("holdfast.db");
        if (existed)
        {
            SqliteDatabase.Open(file, TimeProvider.System).Dispose();
            File.SetUnixFileMode(file, PrivateFiles.OfFile | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }

        using var database = SqliteDatabase.Open(file, TimeProvider.System);
        Assert.All(Directory.EnumerateFiles(_directory.Location), f => Assert.Equal(PrivateFiles.OfFile, File.GetUnixFileMode(f)));
        Assert.Contains(file + "-wal", Directory.EnumerateFiles(_directory.Location));
    }

    [Fact]
    public void What_its_user_may_not_do_himself_is_not_given_to_him()
    {
        var file = _directory.File("read-only");
        File.WriteAllText(file, "");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        PrivateFiles.File(file);
        Assert.Equal(UnixFileMode.UserRead, Mode("read-only"));
        PrivateFiles.Close(_directory.File("nothing"));
        Assert.False(File.Exists(_directory.File("nothing")));
    }

    private UnixFileMode Mode(string name) => File.GetUnixFileMode(_directory.File(name));
}
