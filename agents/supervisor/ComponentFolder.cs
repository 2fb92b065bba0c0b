using System.Security.Cryptography;
using System.Text;

namespace Holdfast.Supervisor;

/// <summary>A component's own directory under the work directory.</summary>
internal sealed class ComponentFolder(string componentsFolder, string name)
{
    public const string Variable = "HOLDFAST_DIR";
    public const string Stdout = "stdout.log";
    public const string Stderr = "stderr.log";
    private const int NameMax = 120;

    public string Path { get; } = System.IO.Path.Combine(componentsFolder, SafeName(name));

    public string StatusPath => System.IO.Path.Combine(Path, "status.json");

    /// <summary>One file name per component name: odd characters as %XX, long names cut with a hash.</summary>
    public static string SafeName(string name)
    {
        var safe = Uri.EscapeDataString(name);
        if (safe.StartsWith('.'))
            safe = "%2E" + safe[1..];
        if (safe.Length <= NameMax)
            return safe;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..16];
        return $"{safe[..NameMax]}~{hash}";
    }

    /// <summary>Before a start: the directory is there, and what an earlier process said of itself is not.</summary>
    public void Prepare()
    {
        Directory.CreateDirectory(Path);
        File.Delete(StatusPath);
    }
}
