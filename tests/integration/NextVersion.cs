using System.Reflection;

#pragma warning disable MA0047, CA1050 // The runtime looks for this name, in no namespace.

/// <summary>
/// The version after this one, as a program: the runtime calls this in <c>holdfast</c> before its Main when DOTNET_STARTUP_HOOKS
/// names this assembly. There the schema of tasks is 2, and its step writes so into each task's name.
/// </summary>
internal static class StartupHook
{
    /// <summary>The process is killed with so many tasks upgraded: in the middle of the transaction, or between two writes.</summary>
    internal const string DiesAfter = "NEXT_VERSION_DIES_AFTER";

    internal const string Mark = " (2)";

    private static int _upgraded;

    /// <summary>Environment that makes a process the next version.</summary>
    /// <param name="diesAfter">See <see cref="DiesAfter"/>; null: it lives.</param>
    internal static Dictionary<string, string> Environment(int? diesAfter)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
            { ["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location };
        if (diesAfter is { } count)
        {
            environment[DiesAfter] = $"{count}";
        }

        return environment;
    }

    public static void Initialize()
    {
        if (Path.GetFileName(System.Environment.GetCommandLineArgs()[0]) != "holdfast.dll")
        {
            return;
        }

        const BindingFlags hidden = BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance;
        var tasks = Assembly.Load("holdfast-ha-scheduler").GetType("Holdfast.HaScheduler.State.SchedulerCollections", throwOnError: true)!
            .GetProperty("Tasks", hidden)!.GetValue(null)!;
        var type = tasks.GetType();
        type.GetField("<SchemaVersion>k__BackingField", hidden)!.SetValue(tasks, 2);
        var steps = (IDictionary<int, Func<JsonObject, JsonObject>>)type.GetProperty("Steps", hidden)!.GetValue(tasks)!;
        steps[2] = Step;
    }

    private static JsonObject Step(JsonObject task)
    {
        if (System.Environment.GetEnvironmentVariable(DiesAfter) is { } limit && $"{_upgraded++}" == limit)
        {
            System.Diagnostics.Process.GetCurrentProcess().Kill();
        }

        var name = (string)task["name"]!;
        task["name"] = name.EndsWith(Mark, StringComparison.Ordinal) ? name : name + Mark;
        return task;
    }
}
