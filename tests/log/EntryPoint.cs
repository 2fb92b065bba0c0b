using Xunit.Runner.InProc.SystemConsole;

namespace Holdfast.Log.Tests;

/// <summary>Runs the tests, or, asked to write, a log until it is killed.</summary>
internal static class EntryPoint
{
    public static async Task<int> Main(string[] args) => args is [EndlessWriter.Command, var folder, var seed]
        ? EndlessWriter.Run(folder, int.Parse(seed))
        : await ConsoleRunner.Run(args);
}
