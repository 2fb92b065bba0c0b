namespace Holdfast.Supervisor.Tests;

/// <summary>Components that try to leave their guard (escapes.c), known by the lock that they hold.</summary>
internal static class Escapes
{
    private static readonly Lazy<string> Built = new(Build);

    /// <summary>Every way out, but that of a component which kills its reaper.</summary>
    public static IReadOnlyList<string> Ways { get; } =
        ["session", "double", "stop", "thread", "comet", "swarm", "adopt", "halt", "deaf"];

    public static IReadOnlyList<string> Command(string held, string way) => [Built.Value, held, way];

    /// <summary>The pid of what the component hid (of a short-lived one: the first one's); 0 as long as it has hidden nothing.</summary>
    public static int Hidden(string held) =>
        File.Exists(held + ".hidden") ? int.Parse(File.ReadAllText(held + ".hidden"), CultureInfo.InvariantCulture) : 0;

    /// <summary>
    /// Whether anybody of it lives, by the kernel's word: all of them share one lock. A look at /proc may miss those who
    /// live for milliseconds.
    /// </summary>
    public static bool Live(string held)
    {
        if (!File.Exists(held))
        {
            return false;
        }

        try
        {
            using var exclusive = File.Open(held, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static string Build()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "escapes");
        var source = Path.Combine(AppContext.BaseDirectory, "escapes.c");
        using var compiler = Process.Start("cc", ["-O1", "-pthread", "-o", program, source]);
        Assert.True(compiler.WaitForExit(TimeSpan.FromMinutes(2)) && compiler.ExitCode == 0, "cc compiles escapes.c");
        return program;
    }
}
