namespace Holdfast.HaScheduler.Replay;

/// <summary>Two shadows over the same passes, one with each configuration.</summary>
internal sealed class Backtest
{
    private readonly Side _recorded = new();
    private readonly Side _other = new();
    private readonly Dictionary<string, (TimeSpan Unheard, long Incarnation)> _seen = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Failure> _open = new(StringComparer.Ordinal);
    private readonly List<Failure> _failures = [];
    private (HaConfig Recorded, HaConfig Other)? _configs;

    /// <summary>One configuration's shadow, and what it has done.</summary>
    private sealed class Side
    {
        internal Shadow Shadow { get; } = new();

        internal HashSet<(string Object, Reason Reason)> Held { get; } = [];

        internal HashSet<(string Component, long Epoch)> Moved { get; } = [];

        internal int Brakes { get; set; }

        internal HashSet<string> Braked { get; } = new(StringComparer.Ordinal);
    }

    private sealed class Failure(string host, DateTimeOffset silentSince, long incarnation)
    {
        internal string Host => host;

        internal DateTimeOffset SilentSince => silentSince;

        internal long Incarnation => incarnation;

        /// <summary>Time at which each side declared it Down, and the number of moves off it.</summary>
        internal Dictionary<Side, (DateTimeOffset? Declared, int Moves)> By { get; } = [];

        internal (DateTimeOffset At, long Incarnation)? HeardAgain { get; set; }

        internal bool? HadNeverDied => HeardAgain is { } again ? again.Incarnation == incarnation : null;
    }

    internal void Take(RecordedPass pass, HaConfig other)
    {
        _configs ??= (pass.Config, other);
        Hear(pass.Snapshot);
        Take(_recorded, pass, pass.Config);
        Take(_other, pass, other);
    }

    internal BacktestResult Result() => new(
        _configs is { } c ? Differences(c.Recorded, c.Other) : [], Sum(_recorded, _other), Sum(_other, _recorded),
        [.. _failures.OrderBy(f => f.SilentSince).ThenBy(f => f.Host, StringComparer.Ordinal).Select(Tell)]);

    private void Take(Side side, RecordedPass pass, HaConfig config)
    {
        foreach (var decision in side.Shadow.Take(pass.Snapshot, config, pass.Config))
        {
            switch (decision)
            {
                case DeclareDown down:
                    var failure = Open(down.Host, pass.Snapshot.Now);
                    var (declared, moves) = failure.By.GetValueOrDefault(side);
                    failure.By[side] = (declared ?? pass.Snapshot.Now, moves);
                    break;
                case Place { From: { Host: { } from, Migration: null } } place when side.Moved.Add((place.Object, place.From.Epoch)):
                    Moved(side, from);
                    break;
                case BeginMove begin:
                    side.Moved.Add((begin.Object, begin.From.Epoch));
                    break;
                case SetBrake brake:
                    side.Brakes += brake.After.Engaged && side.Braked.Add(brake.Region) ? 1 : 0;
                    _ = brake.After.Engaged || side.Braked.Remove(brake.Region);
                    break;
                case Hold hold when hold.Reason != Reason.Healthy:
                    side.Held.Add((hold.Object, hold.Reason));
                    break;
                default:
                    break;
            }
        }
    }

    private void Moved(Side side, string from)
    {
        if (_open.TryGetValue(from, out var failure))
        {
            var by = failure.By.GetValueOrDefault(side);
            failure.By[side] = by with { Moves = by.Moves + 1 };
        }
    }

    private Failure Open(HostSnapshot host, DateTimeOffset now)
    {
        if (!_open.TryGetValue(host.Verdict.Host, out var failure))
        {
            _open[host.Verdict.Host] = failure = new Failure(
                host.Verdict.Host, now - host.Unheard, host.Reported?.Report.Incarnation ?? host.Verdict.Incarnation);
            _failures.Add(failure);
        }

        return failure;
    }

    /// <summary>Notes hosts that were heard again: those that have been unheard for less time than in the pass before.</summary>
    private void Hear(Snapshot snapshot)
    {
        foreach (var host in snapshot.Hosts)
        {
            var name = host.Verdict.Host;
            var incarnation = host.Reported?.Report.Incarnation ?? -1;
            if (host.Reported is not null && _open.TryGetValue(name, out var failure)
                && _seen.TryGetValue(name, out var before) && (host.Unheard < before.Unheard || incarnation != before.Incarnation))
            {
                failure.HeardAgain = (snapshot.Now - host.Unheard, incarnation);
                _open.Remove(name);
            }

            _seen[name] = (host.Unheard, incarnation);
        }
    }

    private BacktestSide Sum(Side side, Side other)
    {
        var declared = _failures.Where(f => f.By.GetValueOrDefault(side).Declared is not null).ToList();
        return new BacktestSide(
            declared.Count,
            declared.Count(f => f.HadNeverDied == true),
            _failures.Count(f => f.By.GetValueOrDefault(side).Declared is null && f.By.GetValueOrDefault(other).Declared is not null
                && f.HadNeverDied != true),
            side.Moved.Count,
            _failures.Where(f => f.HadNeverDied == true).Sum(f => f.By.GetValueOrDefault(side).Moves),
            side.Brakes,
            [
                .. side.Held.CountBy(h => h.Reason).OrderBy(r => r.Key.Code, StringComparer.Ordinal)
                    .Select(r => new BacktestHold(r.Key.Code, r.Key.Name, r.Value)),
            ]);
    }

    private BacktestFailure Tell(Failure failure)
    {
        var (recorded, other) = (failure.By.GetValueOrDefault(_recorded), failure.By.GetValueOrDefault(_other));
        return new BacktestFailure
        {
            Host = failure.Host,
            SilentSince = failure.SilentSince,
            RecordedSeconds = Seconds(recorded.Declared),
            OtherSeconds = Seconds(other.Declared),
            HeardAgain = failure.HeardAgain?.At,
            HadNeverDied = failure.HadNeverDied,
            RecordedMoves = recorded.Moves,
            OtherMoves = other.Moves,
        };

        double? Seconds(DateTimeOffset? at) => at is { } declared ? Math.Round((declared - failure.SilentSince).TotalSeconds, 3) : null;
    }

    private static List<BacktestKey> Differences(HaConfig recorded, HaConfig other)
    {
        var (before, after) = (JsonSerializer.SerializeToNode(recorded, Recorded.Json)!.AsObject(),
            JsonSerializer.SerializeToNode(other, Recorded.Json)!.AsObject());
        return
        [
            .. after.Select(a => new BacktestKey(a.Key, before[a.Key]?.ToJsonString() ?? "", a.Value?.ToJsonString() ?? ""))
                .Where(k => k.Recorded != k.Other),
        ];
    }
}
