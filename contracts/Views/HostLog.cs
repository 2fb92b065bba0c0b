namespace Holdfast.Contracts.Views;

/// <summary>Answer of GET …/logs.</summary>
public sealed record HostLog
{
    public required string Host { get; init; }

    /// <summary>The component; null: the host's supervisor.</summary>
    public string? Component { get; init; }

    /// <summary>The time at which it came, by this service's clock.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>A component's <c>stdout.log</c> and <c>stderr.log</c>; of a supervisor what it said last since it started.</summary>
    public required IReadOnlyList<LogOutput> Outputs { get; init; }
}
