using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Holdfast.App.Processes;

internal static class Ports
{
    // Below the ports that the machine gives to whoever asks for any (from 32768 on), and below those of Kubernetes' services (from 30000
    // on). So nobody gets one of these by chance before its server listens.
    private const int Least = 20_000;
    private const int Count = 7_000;

    /// <summary>A port that was chosen is free until its server listens: it must not be chosen for a second one meanwhile.</summary>
    private static int _next = RandomNumberGenerator.GetInt32(Count);

    /// <summary>
    /// Chooses different ports that nobody listens on now, and that this process has not chosen before. One after the other from a random
    /// one on: two processes that start at the same time hardly ever choose the same.
    /// </summary>
    /// <exception cref="IOException">There are not so many.</exception>
    internal static IReadOnlyList<int> Free(int count)
    {
        var ports = Enumerable.Range(0, Count)
            .Select(_ => Least + (int)((uint)Interlocked.Increment(ref _next) % Count))
            .Where(port => WhyTaken(IPAddress.Loopback, port) is null)
            .Take(count).ToList();
        return ports.Count == count ? ports
            : throw new IOException(
                $"All ports of 127.0.0.1 from {Least} to {Least + Count - 1} are taken but {ports.Count}; {count} are needed");
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
