using Holdfast.ConsoleUi.Client;
using Holdfast.ConsoleUi.Wording;

namespace Holdfast.ConsoleUi.Feed;

/// <summary>A sentence with its values, to be said in the viewer's language.</summary>
/// <param name="To">The page that shows what it is about.</param>
internal sealed record Phrase(string To, string Text, params object?[] Values)
{
    internal string In(Texts language) => language[Text,
        [.. Values.Select(value => value is AlertLevel level ? language[Words.OfLevel((int)level)] : value)]];
}

/// <summary>Whether all is well, in one line. Pure.</summary>
/// <param name="Level">ok, warn, bad or unknown.</param>
/// <param name="SwitchedOff">HA's switches that are off, anywhere.</param>
internal sealed record Wellness(string Level, IReadOnlyList<Phrase> Parts, IReadOnlyList<string> SwitchedOff)
{
    /// <summary>Nothing is wrong; HA may be switched off somewhere all the same.</summary>
    internal bool IsWell { get; private init; }

    private const int NamedMax = 3;

    /// <summary>Outage and Critical: something no longer does its work.</summary>
    private const int GraveMax = 2;

    /// <summary>A Reminder is news, and no trouble.</summary>
    private const int TroubleMax = 4;

    internal static Wellness Of(Sight? sight)
    {
        if (sight is null)
        {
            return new Wellness("unknown", [new Phrase("/", "Reading the fleet …")], []);
        }

        var bad = Bad(sight).ToList();
        var warn = Warn(sight).ToList();
        var off = sight.Config.Value is { } config ? Off(config) : [];
        if (bad.Count == 0 && sight.Fleet.Value?.Listening is { } why)
        {
            // The state is of before an interruption: neither good nor bad is said of it, for some seconds.
            return new Wellness("unknown", [new Phrase("/servers", "Waiting for heartbeats again: {0}", why)], off);
        }

        var level = bad.Count > 0 ? "bad" : warn.Count > 0 || off.Count > 0 ? "warn" : "ok";
        IReadOnlyList<Phrase> parts = [.. bad, .. warn];
        IReadOnlyList<Phrase> says = parts.Count > 0 ? parts
            : off.Count > 0 ? [new Phrase("/config", "Nothing is wrong, but HA is switched off in part")]
            : [new Phrase("/", "All is well")];
        return new Wellness(level, [.. says, .. Silenced(sight)], off) { IsWell = parts.Count == 0 };
    }

    /// <summary>Silenced alerts are not sent; they are still shown.</summary>
    private static IEnumerable<Phrase> Silenced(Sight sight) => (sight.Firing.Value?.Silenced ?? 0) is var silenced and > 0
        ? [new Phrase("/alerts?scope=silences", silenced == 1 ? "{0} silenced alert fires" : "{0} silenced alerts fire", silenced)] : [];

    internal static IReadOnlyList<string> Off(JsonObject config) =>
    [
        .. HaSwitches.Names.Where(s => IsOff(config[s])),
        .. Overrides(config, "regions"), .. Overrides(config, "tasks"),
    ];

    private static IEnumerable<string> Overrides(JsonObject config, string kind) =>
        from own in config[kind] as JsonObject ?? []
        from key in HaSwitches.Names
        where IsOff((own.Value as JsonObject)?[key])
        select $"{kind}.{own.Key}.{key}";

    private static bool IsOff(JsonNode? value) => value?.GetValueKind() == System.Text.Json.JsonValueKind.False;

    private static IEnumerable<Phrase> Bad(Sight sight)
    {
        if (sight.Down.Count > 0)
        {
            yield return new Phrase("/", "Not everything answers: {0}", sight.Down[0].Detail);
        }

        foreach (var grave in Firing(sight, l => l.Level <= GraveMax))
        {
            yield return grave;
        }

        var gaps = (sight.Gaps.Value?.Items ?? []).Where(a => a.Condition == AlertCondition.Firing).Select(a => a.Target)
            .Order(StringComparer.Ordinal).ToList();
        if (gaps.Count > 0)
        {
            yield return new Phrase("/coverage", gaps.Count == 1 ? "a Store gap: {1}" : "{0} Store gaps: {1}", gaps.Count,
                Named(gaps.Count, gaps.Take(NamedMax)));
        }

        if (sight.Fleet.Value is not { } fleet)
        {
            yield break;
        }

        var isListening = fleet.Listening is not null;
        if (fleet.PipeWhole == false && !isListening)
        {
            yield return new Phrase("/servers", "Heartbeats are interrupted, so no host is judged: {0}", fleet.PipeWhy);
        }

        foreach (var region in fleet.Regions.Where(r => r.Braked))
        {
            yield return new Phrase("/", region.Confirmed ? "Failover in {0} was confirmed and goes on" : "Failover in {0} is paused",
                region.Region);
        }

        var down = fleet.Regions.Sum(r => r.In(HostState.Down));
        if (down > 0)
        {
            var named = fleet.Regions.SelectMany(r => r.Hosts).Where(h => h.State == HostState.Down).Select(h => h.Host).Take(NamedMax);
            yield return new Phrase("/servers?state=Down", down == 1 ? "{0} host is Down: {1}" : "{0} hosts are Down: {1}", down,
                Named(down, named));
        }

        var abnormal = fleet.Components.Where(c => c.State == ComponentState.Abnormal).Sum(c => c.Count);
        if (abnormal > 0 && !isListening)
        {
            yield return new Phrase("/components?state=Abnormal", abnormal == 1 ? "{0} component is Abnormal"
                : "{0} components are Abnormal", abnormal);
        }

        if (!isListening && fleet.Failed is { Count: > 0 } failed)
        {
            yield return new Phrase("/tasks?status=FAILED", failed.Count == 1 ? "an error stopped {0} task: {1}"
                : "errors stopped {0} tasks: {1}", failed.Count, Named(failed.Count, failed.First));
        }
    }

    private static string Named(int count, IEnumerable<string> first) => string.Join(", ", first) + (count > NamedMax ? " …" : "");

    /// <summary>Of all regions.</summary>
    private static Noted Sum(IEnumerable<Noted?> parts)
    {
        var some = parts.OfType<Noted>().ToList();
        return new Noted(some.Sum(p => p.Count), [.. some.SelectMany(p => p.First).Take(NamedMax)]);
    }

    private static bool IsWanting(Loss loss) => loss is { Survives: false, Unavoidable: false };

    /// <summary>Each level by itself, the gravest first.</summary>
    private static IEnumerable<Phrase> Firing(Sight sight, Func<FiringLevel, bool> which) =>
        (sight.Firing.Value ?? FiringAlerts.None).Levels.Where(l => l.Count > 0 && l.Level <= TroubleMax && which(l))
            .OrderBy(l => l.Level)
            .Select(l => new Phrase("/alerts",
                l.Count == 1 ? "{0} alert of level {1} fires" : "{0} alerts of level {1} fire", l.Count, (AlertLevel)l.Level));

    private static IEnumerable<Phrase> Warn(Sight sight)
    {
        foreach (var lesser in Firing(sight, l => l.Level > GraveMax))
        {
            yield return lesser;
        }

        if (sight.Fleet.Value is { Listening: null } fleet)
        {
            if (Sum(fleet.Regions.Select(r => r.Quiet)) is { Count: > 0 } quiet)
            {
                yield return new Phrase("/servers", quiet.Count == 1 ? "{0} host is silent: {1}" : "{0} hosts are silent: {1}",
                    quiet.Count, Named(quiet.Count, quiet.First));
            }

            if (Sum(fleet.Regions.Select(r => r.Lapsing)) is { Count: > 0 } lapsing)
            {
                yield return new Phrase("/servers", lapsing.Count == 1 ? "the lease of {0} host lapses again and again: {1}"
                    : "the leases of {0} hosts lapse again and again: {1}", lapsing.Count, Named(lapsing.Count, lapsing.First));
            }
        }

        // The only host of a region, or its only IDC, has nothing beside it at the best of times.
        foreach (var region in (sight.Headroom.Value ?? []).Where(h => h.Scenarios.Any(IsWanting)))
        {
            yield return new Phrase("/what-if", "Region {0} does not tolerate the loss of {1}", region.Region,
                string.Join(", ", region.Scenarios.Where(IsWanting).Select(s => s.Lost).Take(3)));
        }

        var failed = (sight.Alerts.Value?.Items ?? []).Count(a => a.Status == SendingStatus.Failed);
        if (failed > 0)
        {
            yield return new Phrase("/alerts?status=Failed",
                failed == 1 ? "{0} alert could not be delivered" : "{0} alerts could not be delivered", failed);
        }

        var waiting = (sight.Tickets.Value?.Items ?? []).Count(t => t.Status == "Ready");
        if (waiting > 0)
        {
            yield return new Phrase("/tickets?status=Ready",
                waiting == 1 ? "{0} ticket waits for a person" : "{0} tickets wait for a person", waiting);
        }
    }
}
