namespace Holdfast.Log.Keeping;

/// <summary>The file beside the segments that has the parts of a large transaction until its last part is there.</summary>
internal static class SideFile
{
    internal static string PathOf(string folder) => Path.Combine(folder, "spool");

    /// <summary>Deletes what an earlier life left of it: the source sends it again.</summary>
    internal static void Delete(string folder) => File.Delete(PathOf(folder));
}
