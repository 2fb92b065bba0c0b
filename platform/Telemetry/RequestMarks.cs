namespace Holdfast.Platform.Telemetry;

/// <summary>On an endpoint that answers late on purpose: its slowness is no finding.</summary>
public sealed class HoldsItsAnswer
{
    public static HoldsItsAnswer Mark { get; } = new();
}

/// <summary>
/// On an endpoint that thousands call each second: unless Debug is written, no line is made for a request
/// that goes well.
/// </summary>
public sealed class LogsFindingsAlone
{
    public static LogsFindingsAlone Mark { get; } = new();
}
