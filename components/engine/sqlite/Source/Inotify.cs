using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Holdfast.Engine.Sqlite.Source;

/// <summary>
/// The system's notices of what is written in one folder. They lie in the kernel until they are asked for, and equal ones that follow each
/// other become one there. So a writer of a thousand pages costs its reader one notice.
/// </summary>
internal sealed partial class Inotify : IDisposable
{
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private const uint Modified = 0x2;
    private const uint MovedHere = 0x80;
    private const uint Created = 0x100;
    private const uint Deleted = 0x200;
    private const uint Overflown = 0x4000;
    private const short Readable = 1; // POLLIN
    private const int HeadBytes = 16;

    private readonly SafeFileHandle _notices;
    private readonly SafeFileHandle _stop;
    private readonly byte[] _buffer = new byte[8192];

    private Inotify(SafeFileHandle notices, SafeFileHandle stop) => (_notices, _stop) = (notices, stop);

    /// <summary>Watches a folder; null: the system has no watch left, or the folder has none to give.</summary>
    internal static Inotify? Watch(string folder)
    {
        var watch = new Inotify(new SafeFileHandle(Init(CloseOnExec | NonBlocking), ownsHandle: true),
            new SafeFileHandle(Event(0, CloseOnExec | NonBlocking), ownsHandle: true));
        if (!watch._notices.IsInvalid && !watch._stop.IsInvalid
            && Add(watch._notices, folder, Modified | MovedHere | Created | Deleted) >= 0)
        {
            return watch;
        }

        watch.Dispose();
        return null;
    }

    /// <summary>Waits until a file whose name begins so is written, made or removed; false: <see cref="Stop"/> was called.</summary>
    internal bool Wait(string prefix)
    {
        var name = Encoding.UTF8.GetBytes(prefix);
        while (true)
        {
            Span<PollEntry> both = [new(_notices.DangerousGetHandle(), Readable), new(_stop.DangerousGetHandle(), Readable)];
            _ = Poll(ref both[0], (nuint)both.Length, -1);
            if (both[1].Happened != 0)
            {
                return false;
            }

            if (both[0].Happened != 0 && TakeAll(name))
            {
                return true;
            }
        }
    }

    /// <summary>Ends whoever waits, now and later.</summary>
    internal void Stop()
    {
        var one = 1L;
        _ = Write(_stop, ref one, sizeof(long));
    }

    public void Dispose()
    {
        _notices.Dispose();
        _stop.Dispose();
    }

    /// <summary>Takes all that lie there, so that the next wait is for new ones.</summary>
    private bool TakeAll(ReadOnlySpan<byte> prefix)
    {
        var isMeant = false;
        while (Read(_notices, ref _buffer[0], (nuint)_buffer.Length) is var read and > 0)
        {
            // Each: i32 watch, u32 mask, u32 cookie, u32 length of the name, the name and zeros.
            for (var at = 0; at + HeadBytes <= read;)
            {
                var mask = BitConverter.ToUInt32(_buffer, at + 4);
                var length = (int)BitConverter.ToUInt32(_buffer, at + 12);
                isMeant |= (mask & Overflown) != 0 || _buffer.AsSpan(at + HeadBytes, length).StartsWith(prefix);
                at += HeadBytes + length;
            }
        }

        return isMeant;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry(nint file, short events)
    {
        private readonly int _file = (int)file;
        private readonly short _events = events;

        internal readonly short Happened => _happened;

#pragma warning disable CS0649, IDE0044 // The system writes it.
        private short _happened;
#pragma warning restore CS0649, IDE0044
    }

    [LibraryImport("libc", EntryPoint = "inotify_init1")]
    private static partial int Init(int flags);

    [LibraryImport("libc", EntryPoint = "eventfd")]
    private static partial int Event(uint first, int flags);

    [LibraryImport("libc", EntryPoint = "inotify_add_watch", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Add(SafeFileHandle notices, string path, uint mask);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref PollEntry entries, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(SafeFileHandle file, ref byte to, nuint count);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(SafeFileHandle file, ref long from, nuint count);
}
