namespace Holdfast.Mutants;

/// <summary>Copies of folders, of which files that are the same stay, and the lock of a run.</summary>
internal static class Copies
{
    internal static void Take(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = new FileInfo(Path.Combine(to, Path.GetRelativePath(from, file)));
            var source = new FileInfo(file);
            if (!copy.Exists || copy.Length != source.Length || copy.LastWriteTimeUtc != source.LastWriteTimeUtc)
            {
                copy.Directory!.Create();
                source.CopyTo(copy.FullName, overwrite: true);
            }
        }
    }

    /// <summary>Held while a run goes on; null: another one holds it.</summary>
    internal static FileStream? Alone(string file)
    {
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
