using Holdfast.Platform.Bus;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Holdfast.Heartbeat.Assignments;

/// <summary>
/// Lets through what the owners of components have registered in the store (docs/decisions/0042). A message alone once started any
/// command on any host, and with a huge epoch outranked every true one after it.
/// </summary>
internal sealed partial class PlacementGate(
    RegisteredPlacements registered, DesiredComponents desired, MessagePublisher publisher, TimeProvider time,
    ILogger<PlacementGate> logger)
{
    private static readonly TimeSpan PublishMax = TimeSpan.FromSeconds(3);

    /// <summary>The time between two alerts: each of many forged messages may name another component.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private long? _told;
    private int _since;

    /// <summary>The placements on one host that may be taken.</summary>
    internal async Task<IReadOnlyList<ComponentPlaced>> Let(string host, IReadOnlyList<ComponentPlaced> placed, CancellationToken cancel)
    {
        var news = DesiredList.News(desired.Find(host)?.Row, placed);
        var standing = await registered.Ask(news, cancel);
        foreach (var (unknown, _) in news.Zip(standing).Where(n => n.Second == PlacementStanding.Unknown))
        {
            await Refuse(unknown, cancel);
        }

        return [.. news.Where((_, i) => standing[i] == PlacementStanding.Confirmed)];
    }

    private async Task Refuse(ComponentPlaced placed, CancellationToken cancel)
    {
        int before;
        lock (_lock)
        {
            if (_told is { } told && time.GetElapsedTime(told) < Again)
            {
                _since++;
                return;
            }

            (before, _since, _told) = (_since, 0, time.GetTimestamp());
        }

        LogRefused(placed.Component, placed.Host, placed.Epoch, before);
        try
        {
            await publisher.PublishToBeHeard(AlertOf(placed, before), PublishMax, cancel);
        }
        catch (Exception error) when (error is TimeoutException or MessageReturnedException)
        {
            LogNotTold(error.Message);
        }
    }

    private AlertRaised AlertOf(ComponentPlaced placed, int before) => new()
    {
        Id = string.Create(CultureInfo.InvariantCulture, $"{AlertEvents.PlacementRefused}:{placed.Host}:{time.GetUtcNow():yyyyMMddHHmm}"),
        Event = AlertEvents.PlacementRefused,
        Scope = AlertScope.System,
        Target = placed.Host,
        Level = (int)AlertLevel.Critical,
        Condition = AlertCondition.Firing,
        Summary = $"A message that nobody has registered would have put {placed.Component} on {placed.Host}",
        Description = string.Create(CultureInfo.InvariantCulture,
            $"HB-610: epoch {placed.Epoch}; {before} more since the last such alert. Nothing was started or stopped by it. Either ")
            + "somebody else sends messages to the broker, or a scheduler or store manager of an earlier version runs.",
        Host = placed.Host,
        Region = "",
        At = time.GetUtcNow(),
    };

    [LoggerMessage(Level = LogLevel.Error,
        Message = "HB-610 {Component} on {Host} under epoch {Epoch} is not registered in the store: the message is ignored. {Before} more "
            + "were ignored since the last such line")]
    private partial void LogRefused(string component, string host, long epoch, int before);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Nobody is told of the refused placement: {Why}")]
    private partial void LogNotTold(string why);
}
