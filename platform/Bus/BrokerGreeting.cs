using System.Net.Sockets;

namespace Holdfast.Platform.Bus;

/// <summary>Asks a broker whether it is there, without an account: it must say something to a client that greets it.</summary>
internal static class BrokerGreeting
{
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(2);

    /// <summary>The protocol header of AMQP 0-9-1 (section 4.2.2); a broker that wants TLS answers it with an alert.</summary>
    private static readonly byte[] Header = [.. "AMQP"u8, 0, 0, 9, 1];

    /// <summary>False also for a machine that takes the connection and says nothing: it has no queues to find yet.</summary>
    internal static async Task<bool> IsAnswered(Uri broker, TimeProvider time, CancellationToken cancel)
    {
        var port = broker.Port > 0 ? broker.Port : broker.Scheme == "amqps" ? 5671 : 5672;
        using var client = new TcpClient();
        using var limit = new CancellationTokenSource(AnswerMax, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            await client.ConnectAsync(broker.Host, port, either.Token);
            var stream = client.GetStream();
            await stream.WriteAsync(Header, either.Token);
            return await stream.ReadAsync(new byte[1], either.Token) > 0;
        }
        catch (Exception away) when (away is SocketException or IOException
            || (away is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return false;
        }
    }
}
