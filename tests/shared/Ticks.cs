using System.Reflection;
using Holdfast.Platform;

namespace Holdfast.Tests;

/// <summary>One tick of a loop at a time, without its clock: a test says when a pass is.</summary>
internal static class Ticks
{
    private static readonly MethodInfo Tick =
        typeof(TickLoop).GetMethod("Tick", BindingFlags.Instance | BindingFlags.NonPublic)!;

    internal static Task Once(this TickLoop loop) => (Task)Tick.Invoke(loop, [CancellationToken.None])!;
}
