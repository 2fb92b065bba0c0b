using Xunit.Runner.InProc.SystemConsole;

namespace Holdfast.Simulation.Tests;

/// <summary>Runs the tests, or, asked to simulate, as many worlds as it is told.</summary>
internal static class EntryPoint
{
    public static async Task<int> Main(string[] args) =>
        args is ["simulate", ..] ? Simulate.Worlds(args) : await ConsoleRunner.Run(args);
}
