using MassTransit;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Holdfast.Platform.Bus;

/// <summary>
/// Declares every exchange, queue and binding of this process again, every few seconds, on a connection of its own. Somebody may delete
/// one at any time: MassTransit declares an exchange again when it publishes and its bindings only when it connects, so each
/// message is then confirmed and goes nowhere. A broker tells nobody which bindings there are; to declare all costs little.
/// </summary>
internal sealed partial class TopologyLoop(
    BrokerLink link, BrokerParts parts, IBusControl bus, Routes routes, TimeProvider time, ILogger<TopologyLoop> logger)
    : TickLoop(time, logger)
{
    private int _refused;

    /// <summary>A time stamp; null: it never had to be. Another loop reads it.</summary>
    private volatile object? _mendedAt;

    protected override TimeSpan Interval => TimeSpan.FromSeconds(5);

    /// <summary>The broker has just taken what it had refused: whoever gave up on it may try again.</summary>
    internal bool HasJustMended(TimeSpan within) => _mendedAt is long at && Time.GetElapsedTime(at) < within;

    protected override async Task Tick(CancellationToken cancel)
    {
        if (await link.Open(cancel) is not { } connection)
        {
            return;
        }

        var refused = new List<(string Part, string Why)>();
        IChannel? channel = null;
        try
        {
            foreach (var part in parts.All(bus.Topology))
            {
                channel = channel is { IsOpen: true } ? channel : await connection.CreateChannelAsync(cancellationToken: cancel);
                try
                {
                    await part.Declare(channel, cancel);
                }
                catch (OperationInterruptedException why) when (connection.IsOpen)
                {
                    // The broker closes the channel; the others are tried on a new one.
                    refused.Add((part.Name, why.ShutdownReason?.ReplyText ?? why.InPlainWords()));
                    await channel.DisposeAsync();
                }
            }
        }
        catch (Exception away) when (BrokerLink.IsAway(away))
        {
            return;
        }
        finally
        {
            await (channel?.DisposeAsync() ?? ValueTask.CompletedTask);
        }

        Note(refused);
    }

    private void Note(List<(string Part, string Why)> refused)
    {
        routes.Declared(refused);
        if (refused.Count == _refused)
        {
            return;
        }

        if (refused.Count > 0)
        {
            LogRefused(refused.Count, Routes.InWords(refused));
        }
        else
        {
            _mendedAt = Time.GetTimestamp();
            LogMended();
        }

        _refused = refused.Count;
    }

    [LoggerMessage(Level = LogLevel.Error,
        Message = "The broker does not let this process declare {Count} exchanges, queues or bindings: {Refused}")]
    private partial void LogRefused(int count, string refused);

    [LoggerMessage(Level = LogLevel.Information, Message = "The broker has all exchanges, queues and bindings of this process again")]
    private partial void LogMended();
}
