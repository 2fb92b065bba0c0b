namespace Holdfast.Rules.HaScheduler.Model;

/// <summary>The brake of a region, as the last pass left it and as an operator confirmed it. Key: region.</summary>
internal sealed record BrakeDocument
{
    public required string Region { get; init; }
    public required BrakeState State { get; init; }
    public required int Silent { get; init; }
    public required int Hosts { get; init; }

    /// <summary>Names this time that it held; its alert is told by it.</summary>
    public required string Occurrence { get; init; }

    /// <summary>Operator who confirmed, with the reason; null: nobody.</summary>
    public string? ConfirmedBy { get; init; }

    /// <summary>Its end has been told.</summary>
    public bool EndAnnounced { get; init; }
}
