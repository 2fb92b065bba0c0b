namespace Holdfast.Contracts.Views;

/// <summary>States of a ticket and of its sub-tasks (docs/reference/oms.md, States), as they are stored and shown.</summary>
public static class TicketStatus
{
    public const string Initializing = "Initializing";

    /// <summary>Waits: for a person's approval, or for its turn.</summary>
    public const string Ready = "Ready";

    public const string InProgress = "In Progress";
    public const string Successful = "Successful";
    public const string Failed = "Failed";

    public static IReadOnlyList<string> All { get; } = [Initializing, Ready, InProgress, Successful, Failed];
}
