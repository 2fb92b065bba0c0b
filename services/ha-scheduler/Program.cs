using Holdfast.Platform;

namespace Holdfast.HaScheduler;

internal static class Program
{
    private static Task<int> Main(string[] args) => HoldfastHost.Run(args, new HaSchedulerModule());
}
