using System.Security.Cryptography;

namespace Holdfast.Supervisor.Machine;

/// <summary>
/// A cgroup per component where the machine lets us (v2 delegated, or a writable v1 hierarchy); "-" where it does not.
/// Only membership is used, no limits: nobody of a component can hide in it.
/// </summary>
internal sealed class Cgroups(string? parent)
{
    public const string None = "-";
    private static readonly string[] V1 = ["pids", "freezer", "systemd"];

    /// <summary>Tries each hierarchy; null parent when none is writable.</summary>
    public static Cgroups Find(string workDirectory)
    {
        var mark = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(workDirectory)))[..12];
        return new Cgroups(Candidates(ReadLines("/proc/self/cgroup"))
            .Select(folder => Path.Combine(folder, "holdfast-" + mark)).FirstOrDefault(Works));
    }

    /// <summary>Folders of this process's own cgroups, from /proc/self/cgroup: v2 first.</summary>
    public static IEnumerable<string> Candidates(IReadOnlyList<string> selfCgroup)
    {
        var own = selfCgroup.Select(line => line.Split(':', 3)).Where(f => f.Length == 3).ToList();
        foreach (var fields in own.Where(f => f[1].Length == 0))
        {
            yield return "/sys/fs/cgroup" + fields[2].TrimEnd('/');
            yield return "/sys/fs/cgroup/unified" + fields[2].TrimEnd('/');
        }

        foreach (var name in V1)
        {
            var fields = own.FirstOrDefault(f => f[1].Split(',').Contains(name) || f[1] == "name=" + name);
            yield return $"/sys/fs/cgroup/{name}" + (fields?[2].TrimEnd('/') ?? "");
        }
    }

    /// <summary>A fresh cgroup for one run, or "-".</summary>
    public string Create(long run)
    {
        if (parent is null)
        {
            return None;
        }

        try
        {
            return Directory.CreateDirectory(
                Path.Combine(parent, run.ToString(CultureInfo.InvariantCulture))).FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return None;
        }
    }

    /// <summary>Cgroups that an earlier life left behind.</summary>
    public IReadOnlyList<string> Existing() =>
        parent is not null && Directory.Exists(parent) ? Directory.GetDirectories(parent) : [];

    public void RemoveAll()
    {
        foreach (var directory in Existing())
        {
            Remove(directory);
        }

        Remove(parent ?? None);
    }

    public static IReadOnlyList<int> Members(string cgroup) => cgroup == None ? [] :
        [.. ReadLines(Path.Combine(cgroup, "cgroup.procs")).Select(l => int.Parse(l, CultureInfo.InvariantCulture))];

    /// <summary>All members at once, where the kernel can (v2).</summary>
    public static void Kill(string cgroup)
    {
        var file = Path.Combine(cgroup, "cgroup.kill");
        if (cgroup == None || !File.Exists(file))
        {
            return;
        }

        try
        {
            File.WriteAllText(file, "1");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Its members are killed one by one.
        }
    }

    /// <summary>Removes an empty cgroup; one that is not empty is left for the next start.</summary>
    public static void Remove(string cgroup)
    {
        if (cgroup == None || !Directory.Exists(cgroup))
        {
            return;
        }

        try
        {
            Directory.Delete(cgroup); // rmdir: the files in it are the kernel's
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Still in use.
        }
    }

    private static bool Works(string folder)
    {
        var probe = Path.Combine(folder, "probe");
        try
        {
            if (!Directory.Exists(Path.GetDirectoryName(folder)))
            {
                return false;
            }

            Directory.CreateDirectory(probe);
            var works = File.Exists(Path.Combine(probe, "cgroup.procs"));
            Directory.Delete(probe);
            if (!works)
            {
                Directory.Delete(folder);
            }

            return works;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string[] ReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
