using Holdfast.Platform;

namespace Holdfast.Alerting;

internal static class Program
{
    private static Task<int> Main(string[] args) => HoldfastHost.Run(args, new AlertingModule());
}
