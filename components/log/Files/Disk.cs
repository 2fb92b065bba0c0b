namespace Holdfast.Log.Files;

/// <summary>Writes a log's bytes; tests have one that becomes full, or that loses what it was told to keep.</summary>
internal class Disk
{
    internal static readonly Disk Real = new();

    internal virtual void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(file, bytes, offset);

    internal virtual void Sync(SafeFileHandle file) => Posix.SyncData(file);
}
