using Holdfast.Log.Files;
using Microsoft.Win32.SafeHandles;

namespace Holdfast.Log.Tests;

/// <summary>The process is gone at a certain write or sync: part of the bytes may be written.</summary>
internal sealed class DyingDisk(int diesAt, Random random) : Disk
{
    private int _calls;

    internal override void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        if (++_calls < diesAt)
        {
            base.Write(file, bytes, offset);
            return;
        }

        if (_calls == diesAt)
        {
            base.Write(file, bytes[..random.Next(bytes.Length + 1)], offset);
        }

        throw new Died();
    }

    internal override void Sync(SafeFileHandle file)
    {
        if (++_calls >= diesAt)
        {
            throw new Died();
        }
    }

    internal sealed class Died : Exception;
}

/// <summary>A disk whose room ends and comes back as a test says; a write that does not fit is written in part, as kernels do.</summary>
internal sealed class FullDisk : Disk
{
    private const int NoSpace = 28;

    internal long Room { get; set; } = long.MaxValue;

    internal bool BreaksPromises { get; set; }

    internal override void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        var fits = (int)Math.Min(bytes.Length, Room);
        base.Write(file, bytes[..fits], offset);
        Room -= fits;
        if (fits < bytes.Length)
        {
            throw new IOException("No space left on device", NoSpace);
        }
    }

    internal override void Sync(SafeFileHandle file)
    {
        if (BreaksPromises)
        {
            throw new IOException("Input/output error", 5);
        }
    }
}
