namespace Holdfast.Tests;

/// <summary>A directory of one test alone, deleted with it.</summary>
internal sealed class TempDirectory : IDisposable
{
    internal string Location { get; } = Directory.CreateTempSubdirectory("holdfast-").FullName;

    internal string File(string name) => Path.Combine(Location, name);

    public void Dispose() => Directory.Delete(Location, recursive: true);
}
