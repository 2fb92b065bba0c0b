using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Holdfast.Platform;

/// <summary>
/// Holds a start back until the wall clock can be right, so that nothing of the year 1970 is stored, and says so meanwhile. It
/// uses no timer: the runtime's timers may wait by a clock that is set under them (libfaketime), and would stand still long after.
/// </summary>
public static partial class ClockGate
{
    private const int TurnMs = 200;
    private const int RequestBytesMax = 4_096;

    /// <param name="time">The clock to check.</param>
    /// <param name="say">Receives the reason of the wait, and the news that it is over.</param>
    /// <param name="answerAt">Address on which requests are answered meanwhile, all but /health/live with 503; null: none.</param>
    /// <param name="max">Goes on after this all the same; null: never.</param>
    public static void Pass(TimeProvider time, Action<string> say, IPEndPoint? answerAt, TimeSpan? max)
    {
        if (WallClock.WhyWrong(time.GetUtcNow()) is not { } first)
        {
            return;
        }

        say($"Waiting: {first}");
        using var listener = answerAt is null ? null : Listen(answerAt);
        for (var turns = 0; WallClock.WhyWrong(time.GetUtcNow()) is { } why; turns++)
        {
            if (turns * TurnMs >= max?.TotalMilliseconds)
            {
                say($"Going on although {why}");
                return;
            }

            if (listener is null)
            {
                _ = Poll(0, 0, TurnMs);
            }
            else if (listener.Poll(TimeSpan.FromMilliseconds(TurnMs), SelectMode.SelectRead))
            {
                Answer(listener, why);
            }
        }

        say("The clock can be right now: going on");
    }

    /// <summary>Null where the port is taken: the start itself will say so.</summary>
    private static Socket? Listen(IPEndPoint at)
    {
        var socket = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(at);
            socket.Listen();
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    private static void Answer(Socket listener, string why)
    {
        try
        {
            using var client = listener.Accept();
            client.ReceiveTimeout = client.SendTimeout = TurnMs;
            var request = new byte[RequestBytesMax];
            var lives = Encoding.ASCII.GetString(request, 0, client.Receive(request))
                .StartsWith("GET /health/live", StringComparison.Ordinal);
            var body = lives
                ? """{"ready":true,"parts":[]}"""
                : $$"""{"ready":false,"parts":[{"part":"clock","ready":false,"why":"{{JsonEncodedText.Encode($"PF-215 {why}")}}"}]}""";
            client.Send(Encoding.ASCII.GetBytes($"HTTP/1.1 {(lives ? "200 OK" : "503 Service Unavailable")}\r\n"
                + $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"));
            client.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // The one that asked has gone, or says nothing: the next one.
        }
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(nint files, nuint count, int milliseconds);
}
