using System.Net;
using System.Net.Sockets;

namespace Holdfast.App.Processes;

internal static class Ports
{
    /// <summary>A port that was chosen is free until its server listens: it must not be chosen for a second one meanwhile.</summary>
    private static readonly HashSet<int> Chosen = [];

    /// <summary>Different ports that nobody listens on now, and that this process has not chosen before.</summary>
    internal static IReadOnlyList<int> Free(int count)
    {
        var listeners = new List<TcpListener>();
        var ports = new List<int>();
        try
        {
            while (ports.Count < count)
            {
                // All are held until all are chosen, those that are passed over too.
                var listener = new TcpListener(IPAddress.Loopback, 0);
                listeners.Add(listener);
                listener.Start();
                var port = ((IPEndPoint)listener.LocalEndpoint).Port;
                lock (Chosen)
                {
                    ports.AddRange(Chosen.Add(port) ? [port] : []);
                }
            }

            return ports;
        }
        finally
        {
            listeners.ForEach(listener => listener.Dispose());
        }
    }

    /// <summary>Null when somebody could listen there, else why not.</summary>
    internal static string? WhyTaken(IPAddress address, int port)
    {
        using var listener = new TcpListener(address, port);
        try
        {
            listener.Start();
            return null;
        }
        catch (SocketException error)
        {
            return error.Message;
        }
    }

    internal static async Task<bool> Answers(int port, CancellationToken cancel)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, cancel);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
