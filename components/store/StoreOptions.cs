using Holdfast.Engine.Transactions;
using Holdfast.Log;
using Holdfast.Log.Contract;
using Holdfast.StoreWire.Server;

namespace Holdfast.Store;

/// <summary>Options of a Store: what it collects, and where it keeps and serves it.</summary>
public sealed record StoreOptions
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its subtopic.</summary>
    public required string Subtopic { get; init; }

    /// <summary>Its log's folder.</summary>
    public required string Folder { get; init; }

    /// <summary>A new log holds everything that was committed from then on; null: from now on.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>A new log begins no later than this, whatever the time leads to; null: the time is all that is known.</summary>
    public NeededPosition? Needed { get; init; }

    /// <summary>Tables that it collects.</summary>
    public StreamFilter Filter { get; init; } = StreamFilter.None;

    /// <summary>Time for which it keeps what nobody needs any more.</summary>
    public TimeSpan KeepFor { get; init; } = TimeSpan.FromHours(24);

    /// <summary>A consumer that it has not heard for so long is known no longer, and what it needed is kept for nobody.</summary>
    public TimeSpan ForgetAfter { get; init; } = TimeSpan.FromDays(7);

    /// <summary>The most that its log takes of the disk; null: as much as there is.</summary>
    public long? QuotaBytes { get; init; }

    /// <summary>Opens its log.</summary>
    public Func<LogOptions, Outcome<StoreLog>> OpenLog { get; init; } = StoreLog.Open;

    /// <summary>Options of the server that consumers read from.</summary>
    public ServerOptions Serve { get; init; } = new();

    /// <summary>Time that it waits before it tries again what has failed and may pass.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Interval at which the source is told what is safe on the disk.</summary>
    public TimeSpan ConfirmInterval { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The interval at which it is told again, when nothing new has come.</summary>
    public TimeSpan ConfirmAgain { get; init; } = TimeSpan.FromHours(1);
}

/// <summary>An exact position that somebody needs next, and the source that it is of.</summary>
public readonly record struct NeededPosition(Position After, string SystemId);
