using Microsoft.Win32.SafeHandles;

namespace Holdfast.Log.Writing;

/// <summary>Writes a log's bytes; tests have one whose room ends or whose promises break.</summary>
internal class Disk
{
    internal static readonly Disk Real = new();

    internal virtual void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(file, bytes, offset);

    internal virtual void Sync(SafeFileHandle file) => Posix.SyncData(file);
}
