namespace Holdfast.Mutants;

/// <summary>A copy of a folder; files that are the same stay.</summary>
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
}
