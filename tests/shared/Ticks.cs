using System.Reflection;
using Holdfast.Platform;

namespace Holdfast.Tests;

/// <summary>A loop in a test: one tick at a time without its clock, or by a clock that the test moves.</summary>
internal static class Ticks
{
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly MethodInfo Tick =
        typeof(TickLoop).GetMethod("Tick", BindingFlags.Instance | BindingFlags.NonPublic)!;

    /// <summary>Stops it within the limit.</summary>
    internal static async ValueTask End(this TickLoop loop)
    {
        await loop.StopAsync(CancellationToken.None).WaitAsync(Limit, TimeProvider.System);
        loop.Dispose();
    }

    /// <summary>Runs the loop's tick once, whatever its clock says.</summary>
    internal static Task Once(this TickLoop loop) => (Task)Tick.Invoke(loop, [CancellationToken.None])!;
}
