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
internal sealed partial class TopologyLoop : TickLoop
{
    private readonly Func<CancellationToken, Task<IConnection?>> _open;
    private readonly Func<IReadOnlyList<BrokerPart>> _parts;
    private readonly Routes _routes;
    private readonly ILogger _log;

    private int _refused;

    /// <summary>A time stamp; null: it never had to be. Another loop reads it.</summary>
    private volatile object? _mendedAt;

    public TopologyLoop(
        BrokerLink link, BrokerParts parts, IBusControl bus, Routes routes, TimeProvider time, ILogger<TopologyLoop> logger)
        : this(link.Open, () => parts.All(bus.Topology), routes, time, logger)
    {
    }

    /// <param name="open">null: the broker cannot be reached, or does not let this process in.</param>
    /// <param name="parts">All that this process needs, in the order in which each finds what it refers to.</param>
    /// <param name="routes">Is told what the broker refuses.</param>
    /// <param name="time">Of the interval.</param>
    /// <param name="logger">Logs refusals, and their end.</param>
    internal TopologyLoop(Func<CancellationToken, Task<IConnection?>> open, Func<IReadOnlyList<BrokerPart>> parts, Routes routes,
        TimeProvider time, ILogger<TopologyLoop> logger) : base(time, logger) =>
        (_open, _parts, _routes, _log) = (open, parts, routes, logger);

    protected override TimeSpan Interval => TimeSpan.FromSeconds(5);

    /// <summary>The broker has just taken what it had refused: whoever gave up on it may try again.</summary>
    internal bool HasJustMended(TimeSpan within) => _mendedAt is long at && Time.GetElapsedTime(at) < within;

    protected override async Task Tick(CancellationToken cancel)
    {
        if (await _open(cancel) is not { } connection)
        {
            return;
        }

        var refused = new List<(string Part, string Why)>();
        IChannel? channel = null;
        try
        {
            foreach (var part in _parts())
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
        _routes.Declared(refused);
        if (refused.Count == _refused)
        {
            return;
        }

        if (refused.Count > 0)
        {
            LogRefused(_log, refused.Count, Routes.InWords(refused));
        }
        else
        {
            _mendedAt = Time.GetTimestamp();
            LogMended(_log);
        }

        _refused = refused.Count;
    }

    [LoggerMessage(Level = LogLevel.Error,
        Message = "The broker does not let this process declare {Count} exchanges, queues or bindings: {Refused}")]
    private static partial void LogRefused(ILogger logger, int count, string refused);

    [LoggerMessage(Level = LogLevel.Information, Message = "The broker has all exchanges, queues and bindings of this process again")]
    private static partial void LogMended(ILogger logger);
}
