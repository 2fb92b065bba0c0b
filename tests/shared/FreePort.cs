using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Holdfast.Tests;

/// <summary>
/// Ports for servers that cannot choose one as they begin to listen. They are below those that the machine gives to whoever asks for any,
/// so that nobody gets one between its choice and its server's start. None is chosen twice among all test processes that run.
/// </summary>
internal static class FreePort
{
    private const int Least = 10_000;
    private const int Count = 10_000;
    private static readonly Lock Gate = new();

    /// <summary>A file for each port that this process has chosen: locked until it ends, however it does.</summary>
    private static readonly List<FileStream> Claims = [];

    /// <summary>Chooses one on which nobody listens.</summary>
    internal static int Next()
    {
        lock (Gate)
        {
            while (true)
            {
                var port = Least + RandomNumberGenerator.GetInt32(Count);
                if (Claim(port) is { } claim)
                {
                    Claims.Add(claim);
                    return port;
                }
            }
        }
    }

    private static FileStream? Claim(int port)
    {
        FileStream? claim = null;
        try
        {
            claim = new FileStream(Path.Combine(Folder, port.ToString(CultureInfo.InvariantCulture)), FileMode.OpenOrCreate,
                FileAccess.ReadWrite, FileShare.None);
            using var listener = new TcpListener(IPAddress.Any, port);
            listener.Start();
            return claim;
        }
        catch (Exception taken) when (taken is IOException or SocketException)
        {
            claim?.Dispose();
            return null;
        }
    }

    private static string Folder { get; } = Directory.CreateDirectory(
        Path.Combine(Path.GetTempPath(), $"holdfast-ports-{Environment.UserName}")).FullName;
}
