using System.Runtime.InteropServices;

namespace Holdfast.Engine.Sqlite.Db;

/// <summary>A fifth of a millisecond: for a thread that waits for a lock which is free for moments only.</summary>
internal static partial class ShortSleep
{
    private const uint Microseconds = 200;

    internal static void Take() => _ = Sleep(Microseconds);

    [LibraryImport("libc", EntryPoint = "usleep")]
    private static partial int Sleep(uint microseconds);
}
