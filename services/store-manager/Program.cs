namespace Holdfast.StoreManager;

internal static class Program
{
    private static Task<int> Main(string[] args) => HoldfastHost.Run(args, new StoreManagerModule());
}
