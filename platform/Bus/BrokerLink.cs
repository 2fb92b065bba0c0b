using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Holdfast.Platform.Bus;

/// <summary>A connection to the broker beside MassTransit's: what fails on it disturbs no message. Opened when it is needed.</summary>
internal sealed class BrokerLink(Settings settings, BrokerTls tls) : IAsyncDisposable
{
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private IConnection? _connection;

    /// <summary>Null: the broker cannot be reached, or does not let us in. The probe of the bus says why.</summary>
    internal async Task<IConnection?> Open(CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            if (_connection is not { IsOpen: true })
            {
                await (_connection?.DisposeAsync() ?? ValueTask.CompletedTask);
                _connection = null;
                _connection = await Connect(cancel);
            }

            return _connection;
        }
        catch (Exception away) when (IsAway(away))
        {
            return null;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>It is the connection's failure, or the broker's, and not that of what was asked.</summary>
    internal static bool IsAway(Exception error) => error is BrokerUnreachableException or AlreadyClosedException
        or OperationInterruptedException or TimeoutException or IOException or System.Net.Sockets.SocketException;

    private Task<IConnection> Connect(CancellationToken cancel)
    {
        var broker = settings.Broker!;
        var factory = new ConnectionFactory
        {
            Uri = broker,
            ClientProvidedName = $"{settings.Instance} (topology)",
            AutomaticRecoveryEnabled = false,
            ContinuationTimeout = AnswerMax,
            RequestedConnectionTimeout = AnswerMax,
            HandshakeContinuationTimeout = AnswerMax,
        };
        if (broker.Scheme == "amqps")
        {
            tls.Configure(factory.Ssl, broker.Host);
        }

        return factory.CreateConnectionAsync(cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await (_connection?.DisposeAsync() ?? ValueTask.CompletedTask);
        _turn.Dispose();
    }
}
