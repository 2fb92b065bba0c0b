using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Holdfast.Engine.Postgres.Source;

/// <summary>
/// Bytes that must have come before the reader of a socket is woken (SO_RCVLOWAT, socket(7); TCP heeds it since Linux 4.18). The server
/// sends each row by itself, and the runtime wakes two threads for each packet, whether or not anybody waits for it.
/// </summary>
internal sealed partial class WakeThreshold : IDisposable
{
    private const int SocketLevel = 1;
    private const int ReceiveLowWater = 18;
    private const int DuplicateCloseOnExec = 1030;

    /// <summary>A descriptor of our own: the number of the driver's may be another connection's as soon as the driver closes it.</summary>
    private readonly SafeFileHandle _socket;

    private WakeThreshold(SafeFileHandle socket) => _socket = socket;

    /// <summary>Finds this process's only connection from a port to a port; null: there is none, or more than one.</summary>
    /// <param name="from">Our port, as the server sees it: another one where an address is translated on the way.</param>
    /// <param name="to">The server's port.</param>
    internal static WakeThreshold? Find(int from, int to)
    {
        var found = Directory.EnumerateFiles("/proc/self/fd")
            .Select(file => int.Parse(Path.GetFileName(file), CultureInfo.InvariantCulture))
            .Where(descriptor => IsFrom(descriptor, from, to)).ToList();
        if (found is not [var only])
        {
            return null;
        }

        var own = Duplicate(only, DuplicateCloseOnExec, 0);
        var socket = new SafeFileHandle(own, ownsHandle: true);
        if (IsFrom(own, from, to))
        {
            return new WakeThreshold(socket);
        }

        // It was closed between the two looks.
        socket.Dispose();
        return null;
    }

    /// <summary>Sets it; what has come already wakes the reader when it is enough. A connection that has ended needs none.</summary>
    internal void Set(int bytes) => _ = SetOption(_socket, SocketLevel, ReceiveLowWater, bytes, sizeof(int));

    public void Dispose() => _socket.Dispose();

    private static bool IsFrom(int descriptor, int from, int to)
    {
        Span<byte> address = stackalloc byte[128];
        var length = address.Length;
        if (LocalName(descriptor, address, ref length) != 0 || PortOf(address) != from)
        {
            return false;
        }

        length = address.Length;
        return RemoteName(descriptor, address, ref length) == 0 && PortOf(address) == to;
    }

    /// <summary>The port of an address of either version of IP; -1: it is of another family.</summary>
    private static int PortOf(ReadOnlySpan<byte> address) => BinaryPrimitives.ReadUInt16LittleEndian(address) is 2 or 10
        ? BinaryPrimitives.ReadUInt16BigEndian(address[2..]) : -1;

    [LibraryImport("libc", EntryPoint = "getsockname")]
    private static partial int LocalName(int descriptor, Span<byte> address, ref int length);

    [LibraryImport("libc", EntryPoint = "getpeername")]
    private static partial int RemoteName(int descriptor, Span<byte> address, ref int length);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Duplicate(int descriptor, int command, int least);

    [LibraryImport("libc", EntryPoint = "setsockopt")]
    private static partial int SetOption(SafeFileHandle socket, int level, int option, in int value, int length);
}
