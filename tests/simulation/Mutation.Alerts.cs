namespace Holdfast.Simulation.Tests;

/// <summary>Taken away from alerting.</summary>
internal partial class Mutation
{
    /// <summary>Alerting acknowledges a message and then writes down what it says.</summary>
    internal static Mutation AcknowledgesFirst { get; } = new() { AcknowledgesLast = false };

    /// <summary>A channel says that it has told when it only begins to.</summary>
    internal static Mutation SaysSentFirstOfAll { get; } = new() { SaysSentFirst = true };

    /// <summary>Nobody looks again at what a replica that died has left.</summary>
    internal static Mutation NobodySweeps { get; } = new() { Ticks = loop => loop is not Alerting.Deliver.AlertSweep };

    /// <summary>Gives a delivery to anyone who claims it.</summary>
    internal static Mutation ClaimsForAnyone { get; } = new()
    {
        DeliveryIsCompared = false,
        Weather = [FaultKind.StoreSlow, FaultKind.StoreSlow, FaultKind.ChannelSlow, FaultKind.ChannelHangs, FaultKind.AlertsRaised],
    };

    internal bool AcknowledgesLast { get; private init; } = true;

    internal bool SaysSentFirst { get; private init; }

    internal bool DeliveryIsCompared { get; private init; } = true;

    /// <summary>Chooses which of alerting's loops tick.</summary>
    internal Func<TickLoop, bool> Ticks { get; private init; } = _ => true;
}
