namespace Holdfast.HaScheduler.Replay;

/// <summary>A request to replay recorded passes.</summary>
/// <param name="Path">A segment, a directory of them, or the data directory that has one.</param>
/// <param name="OtherConfig">JSON of keys of ha.config that are to be tried instead; null: none are.</param>
/// <param name="From">Passes before are not decided; null: from the first.</param>
/// <param name="To">Passes after are not read; null: to the last.</param>
public sealed record ReplayRequest(string Path, string? OtherConfig = null, DateTimeOffset? From = null, DateTimeOffset? To = null);

/// <summary>
/// Decides recorded passes again with the very function that decided them, and, with another configuration, what that
/// would have decided. Reads files, changes nothing.
/// </summary>
public static class PassReplay
{
    /// <param name="progress">Told now and then how many passes have been replayed.</param>
    public static Outcome<ReplayResult> Run(ReplayRequest request, Action<int>? progress = null)
    {
        var opened = Recording.Open(request.Path, request.From, request.To);
        if (opened.Fault is { } fault)
        {
            return fault;
        }

        var other = OtherConfig.Parse(request.OtherConfig);
        if (other.Fault is { } unreadable)
        {
            return unreadable;
        }

        var recording = opened.Value!;
        var instances = new List<ReplayedInstance>();
        try
        {
            foreach (var instance in recording.Instances)
            {
                var replayed = Replay(recording, instance, request, other.Value, progress);
                if (replayed.Fault is { } unsafeConfig)
                {
                    return unsafeConfig;
                }

                instances.Add(replayed.Value!);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Fault.Invalid("HA-150", "Give this user the right to read it, or name another one.",
                new FieldFault("path", request.Path, $"must be readable: {error.Message}"));
        }

        return instances.Sum(i => i.Passes) == 0 && recording.Files.Count > 0 && recording.Files.All(f => f.Passes == 0)
            ? Fault.Invalid("HA-151", "Name another file; a scheduler that was killed at once leaves one without passes.",
                [.. recording.Files.Select(
                    f => new FieldFault("path", f.File, $"must be a recording with passes: it is {f.Note ?? "empty"}"))])
            : new ReplayResult(recording.Files, instances, recording.IsDamaged);
    }

    private static Outcome<ReplayedInstance> Replay(
        Recording recording, string instance, ReplayRequest request, OtherConfig? other, Action<int>? progress)
    {
        var reproduction = new Reproduction();
        var backtest = other is null ? null : new Backtest();
        DateTimeOffset? first = null, last = null;
        foreach (var pass in recording.Passes(instance))
        {
            var now = pass.Snapshot.Now;
            if (now < request.From)
            {
                continue;
            }

            if (now > request.To)
            {
                break;
            }

            (first, last) = (first ?? now, now);
            reproduction.Take(pass);
            if (backtest is not null)
            {
                var changed = other!.Over(pass.Config);
                if (changed.Fault is { } refused)
                {
                    return refused;
                }

                backtest.Take(pass, changed.Value!);
            }

            progress?.Invoke(reproduction.Passes);
        }

        return new ReplayedInstance
        {
            Instance = instance,
            From = first,
            To = last,
            Passes = reproduction.Passes,
            Reproduced = reproduction.Same,
            Dropped = reproduction.Dropped,
            Mismatches = reproduction.Mismatches,
            Backtest = backtest?.Result(),
        };
    }
}
