using System.Security.Cryptography;

namespace Holdfast.App.Shop;

/// <summary>
/// Names the folders of the shop's servers: in the data directory. Where the run is root's, nobody else may enter that directory, and
/// servers must not be root's. There each data directory has a folder below /var/lib, which goes when the data directory is gone.
/// </summary>
internal static class ShopHomes
{
    private const string Shared = "/var/lib/holdfast-shop";

    /// <param name="folder">Of the shop in the data directory.</param>
    /// <param name="isRoot">Servers run as another user than the run.</param>
    internal static string Of(string folder, bool isRoot)
    {
        if (!isRoot)
        {
            return folder;
        }

        Forget();
        var home = new FileInfo(Path.Combine(folder, "servers")) is { LinkTarget: { } made } && Directory.Exists(made) ? made
            : Path.Combine(Shared, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6)));
        Directory.CreateDirectory(home);
        File.WriteAllText(Path.Combine(home, "of"), Link(folder));
        if (new FileInfo(Link(folder)).LinkTarget != home)
        {
            File.Delete(Link(folder));
            File.CreateSymbolicLink(Link(folder), home);
        }

        return home;
    }

    /// <summary>Folders of data directories that are gone, or have another one.</summary>
    private static void Forget()
    {
        foreach (var home in Directory.Exists(Shared) ? Directory.GetDirectories(Shared) : [])
        {
            if (File.Exists(Path.Combine(home, "of"))
                && new FileInfo(File.ReadAllText(Path.Combine(home, "of"))).LinkTarget != home)
            {
                Directory.Delete(home, recursive: true);
            }
        }
    }

    private static string Link(string folder) => Path.Combine(Path.GetFullPath(folder), "servers");
}
