namespace Holdfast.Contracts.Views;

/// <summary>Result of a replay.</summary>
public sealed record ReplayResult(IReadOnlyList<ReplayedFile> Files, IReadOnlyList<ReplayedInstance> Instances, bool IsDamaged)
{
    public bool IsReproduced => Instances.All(i => i.Reproduced == i.Passes);
}

/// <summary>A segment of a recording, described without its passes.</summary>
/// <param name="File">The segment.</param>
/// <param name="Instance">The replica of the scheduler that wrote it.</param>
/// <param name="End">closed, open, cut off, damaged, or not read to its end.</param>
/// <param name="Note">Description and position of a damage; null: nothing is missing.</param>
/// <param name="WrittenBy">Version of the program that wrote it.</param>
public sealed record ReplayedFile(string File, string Instance, int Passes, string End, string? Note, string WrittenBy);

/// <summary>Result for one replica of the scheduler.</summary>
public sealed record ReplayedInstance
{
    public required string Instance { get; init; }

    /// <summary>Of the first and the last pass that was replayed; null when there was none.</summary>
    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }
    public required int Passes { get; init; }

    /// <summary>Number of passes that are decided as they were, bit for bit.</summary>
    public required int Reproduced { get; init; }

    /// <summary>Passes that the recorder had to leave out.</summary>
    public required long Dropped { get; init; }

    /// <summary>The first ones that are not.</summary>
    public required IReadOnlyList<ReplayMismatch> Mismatches { get; init; }

    /// <summary>Result of the other configuration; null when none was given.</summary>
    public BacktestResult? Backtest { get; init; }
}

/// <summary>A pass that is decided otherwise now than it was when it was recorded.</summary>
/// <param name="Pass">Its number among those that were replayed, from 1.</param>
/// <param name="Recorded">Decisions that were made then and are not made now.</param>
/// <param name="Now">Decisions that are made now and were not made then.</param>
public sealed record ReplayMismatch(DateTimeOffset At, int Pass, IReadOnlyList<string> Recorded, IReadOnlyList<string> Now);

/// <summary>Two configurations over the same recording.</summary>
public sealed record BacktestResult(
    IReadOnlyList<BacktestKey> Keys, BacktestSide Recorded, BacktestSide Other, IReadOnlyList<BacktestFailure> Failures);

/// <summary>A key of ha.config that is another one.</summary>
public sealed record BacktestKey(string Key, string Recorded, string Other);

/// <summary>Results of one configuration over the recording.</summary>
/// <param name="Declared">Hosts declared Down.</param>
/// <param name="NeverDied">Hosts among those that were heard again under the same incarnation.</param>
/// <param name="Missed">Not declared, though the other configuration does and the host was not heard again as what it was.</param>
/// <param name="Moves">Components moved to another host, for whatever reason HA had.</param>
/// <param name="MovesOffLiving">Moves among those, off a host that had never died.</param>
/// <param name="Brakes">Number of times that a region's brake was engaged.</param>
public sealed record BacktestSide(
    int Declared, int NeverDied, int Missed, int Moves, int MovesOffLiving, int Brakes, IReadOnlyList<BacktestHold> Holds);

/// <summary>Number of objects that were held back for a reason at least once.</summary>
public sealed record BacktestHold(string Code, string Reason, int Objects);

/// <summary>A host that at least one of the two configurations declares Down. Seconds are from its last report.</summary>
public sealed record BacktestFailure
{
    public required string Host { get; init; }
    public required DateTimeOffset SilentSince { get; init; }

    /// <summary>Until the verdict; null: this configuration never declares it Down.</summary>
    public double? RecordedSeconds { get; init; }

    public double? OtherSeconds { get; init; }

    /// <summary>Heard again at; null: not within the recording.</summary>
    public DateTimeOffset? HeardAgain { get; init; }

    /// <summary>It was heard again under the same incarnation: it had never died. False: under another one; null: not heard
    /// again.</summary>
    public bool? HadNeverDied { get; init; }

    /// <summary>Components moved off it.</summary>
    public int RecordedMoves { get; init; }

    public int OtherMoves { get; init; }

    /// <summary>Seconds by which the other configuration is later; negative: sooner; null: one of them never declares it.</summary>
    public double? LaterSeconds => OtherSeconds - RecordedSeconds;
}
