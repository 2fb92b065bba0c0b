using System.IO.Compression;
using Holdfast.Platform.State.Archive;

namespace Holdfast.Platform.Tests.State;

public sealed class BackupFileTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    /// <summary>A megabyte of file, a gigabyte of memory.</summary>
    [Fact]
    public void A_file_that_unpacks_to_a_line_without_end_is_refused_before_it_fills_the_memory()
    {
        var file = _directory.File("bomb");
        using (var packed = new GZipStream(File.Create(file), CompressionLevel.Fastest))
        {
            var part = Encoding.ASCII.GetBytes(new string(' ', 1 << 20));
            for (var i = 0; i < 1024; i++)
            {
                packed.Write(part);
            }
        }

        Assert.InRange(new FileInfo(file).Length, 1, 16 << 20);
        var fault = BackupFile.Check(file, TestContext.Current.CancellationToken).Fault!;
        Assert.Equal("PF-307", fault.Code);
        Assert.Contains($"more than {BackupFile.LineMax} letters", fault.Detail, StringComparison.Ordinal);
    }
}
