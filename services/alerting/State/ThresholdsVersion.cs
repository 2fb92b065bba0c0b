namespace Holdfast.Alerting.State;

/// <summary>One version of alarm.thresholds with who, when and what it was before; the highest one holds.</summary>
internal sealed record ThresholdsVersion
{
    public required int Version { get; init; }
    public required AlertThresholds Before { get; init; }
    public required AlertThresholds After { get; init; }
    public required string By { get; init; }
    public required DateTimeOffset At { get; init; }
}
