using Holdfast.Contracts.Views;
using Holdfast.HaScheduler;
using Holdfast.HaScheduler.Replay;
using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.App.Operator;

/// <summary>The outcome of a replay, for people.</summary>
internal static class ReplayText
{
    private const int FailuresMax = 50;

    internal static IEnumerable<string> Of(ReplayResult result)
    {
        foreach (var instance in result.Instances)
        {
            foreach (var line in Of(instance))
            {
                yield return line;
            }
        }

        foreach (var file in result.Files.Where(f => f.Note is not null))
        {
            yield return $"{(file.End == "damaged" ? "HA-153 " : "")}{file.File}: {file.Note}";
        }
    }

    private static IEnumerable<string> Of(ReplayedInstance instance)
    {
        yield return instance.From is { } from && instance.To is { } to
            ? $"ha-scheduler {instance.Instance}: {instance.Passes} passes from {Time(from)} to {Time(to)} ({Span(to - from)})"
            : $"ha-scheduler {instance.Instance}: no pass in that time";
        if (instance.Passes == 0)
        {
            yield break;
        }

        yield return instance.Reproduced == instance.Passes
            ? $"  replayed: all {instance.Passes} alike, bit for bit"
            : $"  replayed: {instance.Reproduced} of {instance.Passes} alike; {instance.Passes - instance.Reproduced} DIFFER";
        if (instance.Dropped > 0)
        {
            yield return $"  {instance.Dropped} more passes were not recorded: the recorder was behind or could not write";
        }

        foreach (var line in instance.Mismatches.SelectMany(Of).Concat(instance.Backtest is { } backtest ? Of(backtest) : []))
        {
            yield return line;
        }
    }

    private static IEnumerable<string> Of(ReplayMismatch mismatch) =>
    [
        $"  pass {mismatch.Pass} of {Time(mismatch.At)}:",
        .. mismatch.Recorded.Select(line => "    - " + line),
        .. mismatch.Now.Select(line => "    + " + line),
    ];

    private static IEnumerable<string> Of(BacktestResult result)
    {
        yield return "";
        yield return result.Keys.Count == 0
            ? "With the other configuration, which changes nothing:"
            : "With the other configuration: " + string.Join(", ", result.Keys.Select(k => $"{k.Key} {k.Recorded} → {k.Other}"));
        foreach (var line in TableText.Lines(
        [
            ["", "recorded", "other"],
            Row("hosts declared Down", s => s.Declared),
            Row("  of those, had not failed", s => s.NeverDied),
            Row("failures missed", s => s.Missed),
            Row("components moved", s => s.Moves),
            Row("  of those, away from hosts that had not failed", s => s.MovesOffLiving),
            Row("brakes", s => s.Brakes),
            .. Holds(result),
        ]))
        {
            yield return "  " + line;
        }

        if (result.Failures.Count > 0)
        {
            yield return "";
            foreach (var line in TableText.Lines(
                [
                    ["host", "silent since", "recorded", "other", "difference", "then", "moved"],
                    .. result.Failures.Take(FailuresMax).Select(Line),
                ]))
            {
                yield return "  " + line;
            }
        }

        if (result.Failures.Count > FailuresMax)
        {
            yield return $"  … and {result.Failures.Count - FailuresMax} more; --json has all";
        }

        string[] Row(string what, Func<BacktestSide, int> of) => [what, Number(of(result.Recorded)), Number(of(result.Other))];
    }

    private static IEnumerable<string[]> Holds(BacktestResult result)
    {
        var (recorded, other) = (result.Recorded.Holds.ToDictionary(h => h.Code, StringComparer.Ordinal),
            result.Other.Holds.ToDictionary(h => h.Code, StringComparer.Ordinal));
        return recorded.Values.Concat(other.Values).DistinctBy(h => h.Code, StringComparer.Ordinal)
            .OrderBy(h => h.Code, StringComparer.Ordinal)
            .Select(h => new[]
            {
                $"held, {h.Code} {h.Reason}",
                Number(recorded.GetValueOrDefault(h.Code)?.Objects ?? 0),
                Number(other.GetValueOrDefault(h.Code)?.Objects ?? 0),
            });
    }

    private static string[] Line(BacktestFailure failure) =>
    [
        failure.Host,
        Time(failure.SilentSince),
        Declared(failure.RecordedSeconds),
        Declared(failure.OtherSeconds),
        failure.LaterSeconds switch
        {
            null => "",
            < 0 and var sooner => $"{Seconds(-sooner)} sooner",
            > 0 and var later => $"{Seconds(later)} later",
            _ => "none",
        },
        failure switch
        {
            { HadNeverDied: true } => $"heard again {Time(failure.HeardAgain!.Value)}: it had not failed",
            { HeardAgain: { } again } => $"started anew, heard {Time(again)}",
            _ => "not heard again",
        },
        $"{failure.RecordedMoves} / {failure.OtherMoves}",
    ];

    private static string Declared(double? seconds) => seconds is { } after ? $"Down after {Seconds(after)}" : "not declared";

    private static string Seconds(double seconds) => seconds.ToString("0.0", CultureInfo.InvariantCulture) + " s";

    private static string Span(TimeSpan span) => span.TotalHours >= 1
        ? $"{(int)span.TotalHours} h {span.Minutes} min"
        : span.TotalMinutes >= 1 ? $"{span.Minutes} min {span.Seconds} s" : $"{span.TotalSeconds:0} s";

    private static string Number(int count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset time) => Iso.Seconds(time);
}
