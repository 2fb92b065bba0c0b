using Microsoft.Extensions.Logging;

namespace Holdfast.Platform.Bus;

/// <summary>
/// Tells people of a lost route while it is lost, and of its end. If alerts themselves reach no queue they wait in the
/// <see cref="Republisher"/>; /health/ready and the figures say so meanwhile.
/// </summary>
internal sealed partial class RouteAlerts : TickLoop
{
    /// <summary>After a start the listeners may start too: what has not worked yet is told once it has had the time to.</summary>
    internal static readonly TimeSpan StartMax = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Again = TimeSpan.FromSeconds(60);

    private readonly Routes _routes;
    private readonly MessagePublisher _publisher;
    private readonly string _from;
    private readonly ILogger _log;
    private readonly Dictionary<string, (AlertRaised Said, long At)> _firing = new(StringComparer.Ordinal);

    public RouteAlerts(
        Routes routes, MessagePublisher publisher, HostedModules modules, Settings settings, TimeProvider time,
        ILogger<RouteAlerts> logger)
        : base(time, logger)
    {
        (_routes, _publisher, _log) = (routes, publisher, logger);
        _from = $"{(modules.Names is [var only] ? only : "holdfast")}/{settings.Instance}";
        routes.Noted += Hurry;
    }

    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    protected override async Task Tick(CancellationToken cancel)
    {
        var lost = _routes.Lost.Where(IsTold).ToDictionary(l => l.Name, StringComparer.Ordinal);
        foreach (var route in lost.Values)
        {
            await Begin(route, cancel);
        }

        foreach (var (name, firing) in _firing.Where(f => !lost.ContainsKey(f.Key)).ToList())
        {
            LogFound(_log, name);
            await _publisher.Publish(Over(firing.Said, Time.GetUtcNow()), cancel);
            _firing.Remove(name);
        }
    }

    private bool IsTold(LostRoute route) => route.WasThere || Time.GetElapsedTime(route.Since) >= StartMax;

    private async Task Begin(LostRoute route, CancellationToken cancel)
    {
        var now = Time.GetUtcNow();
        var isKnown = _firing.TryGetValue(route.Name, out var before);
        if (isKnown && Time.GetElapsedTime(before.At) < Again)
        {
            return;
        }

        if (!isKnown)
        {
            LogLost(_log, route.Name, route.Why);
        }

        var said = isKnown ? before.Said with { At = now } : Of(route, _from, now);
        await _publisher.Publish(said, cancel);
        _firing[route.Name] = (said, Time.GetTimestamp());
    }

    internal static AlertRaised Of(LostRoute route, string from, DateTimeOffset now) => new()
    {
        Id = string.Create(CultureInfo.InvariantCulture, $"{AlertEvents.RouteLost}:{from}/{route.Name}:{now:yyyyMMdd'T'HHmmssfff}"),
        Event = AlertEvents.RouteLost,
        Scope = AlertScope.System,
        Target = $"{from}/{route.Name}",
        Level = (int)AlertLevel.Critical,
        Condition = AlertCondition.Firing,
        Summary = $"{route.Name} of {from} has lost its way over the broker",
        Description = $"{route.Name}: {route.Why}. Somebody has deleted an exchange, a queue or a binding, changed the rights of the "
            + "broker's user, or who listens has not started. Each service declares what it needs again every 5 s; see whether it may, "
            + "and whether it runs (/health/ready). What could not be delivered is said again.",
        Region = "",
        At = now,
    };

    internal static AlertRaised Over(AlertRaised said, DateTimeOffset now) => said with
    {
        Condition = AlertCondition.Resolved,
        Summary = $"{said.Target} has its way over the broker again",
        Description = $"It was lost at {said.At:O}.",
        At = now,
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "{Route} has lost its way over the broker: {Why}")]
    private static partial void LogLost(ILogger logger, string route, string why);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Route} has its way over the broker again")]
    private static partial void LogFound(ILogger logger, string route);
}
