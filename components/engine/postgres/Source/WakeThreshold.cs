using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Holdfast.Engine.Postgres.Source;

/// <summary>
/// Bytes that must have come before the reader of a socket is woken (SO_RCVLOWAT, socket(7); TCP heeds it since Linux 4.18). The server
/// sends each row by itself, and the runtime wakes two threads for each packet, whether or not anybody waits for it.
/// </summary>
internal sealed class WakeThreshold : IDisposable
{
    private const int SocketLevel = 1;
    private const int ReceiveLowWater = 18;

    private readonly Socket _socket;

    private WakeThreshold(Socket socket) => _socket = socket;

    /// <summary>Of this process's only connection from a port to a port; null: there is none, or more than one.</summary>
    /// <param name="from">Our port, as the server sees it: another one where an address is translated on the way.</param>
    /// <param name="to">The server's port.</param>
    internal static WakeThreshold? Find(int from, int to)
    {
        var found = Directory.EnumerateFiles("/proc/self/fd").Select(f => Connection(f, from, to)).OfType<Socket>().ToList();
        if (found is [var only])
        {
            return new WakeThreshold(only);
        }

        found.ForEach(f => f.Dispose());
        return null;
    }

    /// <summary>Sets it; what has come already wakes the reader when it is enough.</summary>
    internal void Set(int bytes) => _socket.SetRawSocketOption(SocketLevel, ReceiveLowWater, BitConverter.GetBytes(bytes));

    /// <summary>The socket itself stays open: it is the driver's.</summary>
    public void Dispose() => _socket.Dispose();

    /// <summary>The socket of an open file, where it is the connection that is looked for.</summary>
    private static Socket? Connection(string file, int from, int to)
    {
        Socket? socket = null;
        try
        {
            if (new FileInfo(file).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true)
            {
                socket = new Socket(
                    new SafeSocketHandle(nint.Parse(Path.GetFileName(file), CultureInfo.InvariantCulture), ownsHandle: false));
            }

            if (socket is { LocalEndPoint: IPEndPoint local, RemoteEndPoint: IPEndPoint remote } && local.Port == from && remote.Port == to)
            {
                return socket;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or SocketException)
        {
            // Closed meanwhile, or nobody is at its other end.
        }

        socket?.Dispose();
        return null;
    }
}
