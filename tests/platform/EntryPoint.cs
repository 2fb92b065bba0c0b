using Xunit.Runner.InProc.SystemConsole;

namespace Holdfast.Platform.Tests;

/// <summary>Runs the tests, or a part in one of them that needs a process of its own.</summary>
internal static class EntryPoint
{
    public static async Task<int> Main(string[] args) =>
        args is [OtherProcess.Mode, ..] ? await OtherProcess.Run(args) : await ConsoleRunner.Run(args);
}
