using Holdfast.DataPlane.Points;

namespace Holdfast.DataPlane.Tests;

/// <summary>Asks processes to die, or to stop, at a named point.</summary>
internal sealed class PointRequests
{
    internal const string Program = "Holdfast.DataPlane.Points";

    private static readonly TimeSpan MetMax = TimeSpan.FromSeconds(60);

    internal PointRequests(string folder)
    {
        Folder = folder;
        Directory.CreateDirectory(folder);
    }

    internal string Folder { get; }

    internal void Ask(string point, string what)
    {
        File.Delete(Taken(point));
        File.Delete(ByFile(point));
        var fresh = Path.Combine(Folder, point + ".new");
        File.WriteAllText(fresh, what);
        File.Move(fresh, Path.Combine(Folder, point));
    }

    internal bool IsMet(string point) => File.Exists(ByFile(point));

    /// <summary>The process that has come there.</summary>
    internal int By(string point) => int.Parse(File.ReadAllText(ByFile(point)), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Waits until a process has come there.</summary>
    internal Task Met(string point, Func<string> scene) =>
        Eventually.Holds(() => IsMet(point) ? null : $"nobody has come to {point}: {scene()}", MetMax);

    private string Taken(string point) => Path.Combine(Folder, point + ".taken");

    private string ByFile(string point) => Taken(point) + ".by";
}
