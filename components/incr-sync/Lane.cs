using Holdfast.Engine.Tables;
using Holdfast.Rules.Apply.Groups;
using Holdfast.Rules.Apply.Lanes;

namespace Holdfast.IncrSync;

/// <summary>Writes groups of one lane, until each is committed or the run ends.</summary>
internal sealed class Lane(
    int number, ISinkLane sink, Board board, Ending ending, ApplyOptions options, Meter meter, TimeProvider time,
    bool keepsChanges) : IAsyncDisposable
{
    private readonly SemaphoreSlim _alone = new(1);
    private TimeSpan _saved = meter.Now;

    /// <summary>Cancelled when even what is being written is to be given up.</summary>
    internal CancellationToken Abandon { get; init; }

    /// <summary>Takes one group after the other.</summary>
    internal async Task Run()
    {
        while (!ending.Stop.IsCancellationRequested)
        {
            if (board.Take(number, out var wait) is { } group)
            {
                await Throttle(group.Sum(i => i.Rows), group.Sum(i => i.Bytes)).ConfigureAwait(false);
                await Hold().ConfigureAwait(false);
                await Write(group, oneByOne: false).ConfigureAwait(false);
                Release();
                board.Rest();
                continue;
            }

            if (number == 0 && wait is null && board.IsUnsaved)
            {
                wait = _saved + options.ProgressEvery - meter.Now;
                if (wait <= TimeSpan.Zero)
                {
                    await Save().ConfigureAwait(false);
                    continue;
                }
            }

            await board.Lanes[number].Wait(wait, time, ending.Stop).ConfigureAwait(false);
        }
    }

    /// <summary>Nobody else uses the connection until <see cref="Release"/>, or until the run ends.</summary>
    internal Task Hold() => _alone.WaitAsync(ending.Stop);

    internal void Release() => _alone.Release();

    /// <summary>A table as what is open at the sink sees it; null: nothing is, or everybody sees the same.</summary>
    internal Task<TableSchema?>? Within(string schema, string table) => sink.Within(schema, table, ending.Stop);

    /// <summary>Writes a progress that has no rows.</summary>
    internal async Task Save()
    {
        await Hold().ConfigureAwait(false);
        if (board.IsUnsaved)
        {
            await Write([], oneByOne: false).ConfigureAwait(false);
        }

        Release();
    }

    /// <summary>One try after the other.</summary>
    /// <returns>Applied or refused; null: the run ends.</returns>
    internal async Task<(ApplyResult? Result, SinkGroup Group)> Try(
        IReadOnlyList<SinkStatement> statements, IReadOnlyList<Position> done, bool isPart, bool mayRepeat,
        IReadOnlyList<SkippedRow> skipped, IReadOnlyList<SourceTransaction> sources, SinkDdl? ddl = null)
    {
        var waited = TimeSpan.Zero;
        for (var failed = 1; ; failed++)
        {
            var group = board.Group(statements, done, isPart, skipped, sources, ddl);
            var result = await Once(group).ConfigureAwait(false);
            switch (result)
            {
                case Applied applied:
                    meter.Add(Stage.Execute, applied.Execute);
                    meter.Add(Stage.Commit, applied.Commit);
                    LeftOut(skipped);
                    return (applied, group);
                case Refused refused:
                    return (refused, group);
                case Fenced fenced:
                    ending.Say(new FencedOff(fenced.Epoch));
                    return (null, group);
                case TryAgain again when !mayRepeat:
                    ending.Say(new ReadAgain(again.Why));
                    return (null, group);
                case TryAgain again when options.Backoff.Next(failed, waited) is { } wait:
                    meter.Trouble = again.Why;
                    meter.Retried();
                    waited += wait;
                    await Pause(Stage.Retry, wait).ConfigureAwait(false);
                    break;
                case TryAgain again:
                    ending.Say(new Stopped([new ApplyFault("DP-412", "the sink", $"it did not take a group for {waited}: {again.Why}",
                        "See whether the sink can be reached and is not held by others; the task goes on when it is started again",
                            true)]));
                    return (null, group);
                default:
                    return (null, group);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await sink.DisposeAsync().ConfigureAwait(false);
        _alone.Dispose();
    }

    private async Task<bool> Write(List<PlanItem<Work>> items, bool oneByOne)
    {
        IReadOnlyList<SinkChange> changes = [.. items.SelectMany(i => i.Work.Changes)];
        var done = items.Select(i => i.Work.Position).ToList();
        var sources = items.Select(i => i.Work.Source).ToList();
        var skipped = new List<SkippedRow>();
        while (true)
        {
            var statements = Build(changes, oneByOne);
            var (result, group) = await Try(statements, done, isPart: false, mayRepeat: true, skipped, sources)
                .ConfigureAwait(false);
            if (result is Applied)
            {
                meter.Written(items.Count, changes.Count, items.Sum(i => i.Bytes));
                board.Committed(items, group);
                _saved = meter.Now;
                return true;
            }

            if (result is not Refused refused)
            {
                return false;
            }

            switch (Refusal.Next(refused, statements, items.Count, options.SkipRows))
            {
                case Halve halve:
                    return await Write([.. items.Take(halve.First)], oneByOne).ConfigureAwait(false)
                        && await Write([.. items.Skip(halve.First)], oneByOne).ConfigureAwait(false);
                case LeaveOut leave when Refusal.Without(changes, leave.Row) is var fewer && fewer.Count < changes.Count:
                    skipped.Add(leave.Skipped);
                    changes = fewer;
                    break;
                case OneByOne when !oneByOne:
                    oneByOne = true;
                    break;
                case GiveUp stop:
                    ending.Say(new Stopped([stop.Fault]));
                    return false;
                default:
                    ending.Say(new Stopped([Refusal.Unfound(refused)]));
                    return false;
            }
        }
    }

    internal IReadOnlyList<SinkStatement> Build(IReadOnlyList<SinkChange> changes, bool oneByOne)
    {
        var started = meter.Now;
        var limits = oneByOne ? options.Group with { Rows = 1 } : options.Group;
        var statements = keepsChanges ? AsTheyCame.Build(changes, limits) : GroupBuilder.Build(changes, limits);
        meter.Since(Stage.Build, started);
        return statements;
    }

    private void LeftOut(IReadOnlyList<SkippedRow> rows)
    {
        meter.LeftOut(rows.Count);
        foreach (var row in rows)
        {
            options.LeftOut?.Invoke(row);
        }
    }

    internal async Task Throttle(int rows, long bytes)
    {
        if (board.Owed(rows, bytes) is var owed && owed > TimeSpan.Zero)
        {
            await Pause(Stage.Throttle, owed).ConfigureAwait(false);
        }
    }

    /// <summary>Nobody knows what became of a group whose try ended in an error: the sink is asked by a new start.</summary>
    private async Task<ApplyResult?> Once(SinkGroup group)
    {
        try
        {
            return await sink.Apply(group, Abandon).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            ending.Say(new ReadAgain($"DP-417 the sink's lane {number} failed: {error.Message}"));
            return null;
        }
    }

    private async Task Pause(Stage stage, TimeSpan wait)
    {
        var started = meter.Now;
        await Task.Delay(wait, time, ending.Stop).ConfigureAwait(false);
        meter.Since(stage, started);
    }
}
