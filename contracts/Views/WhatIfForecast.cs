namespace Holdfast.Contracts.Views;

/// <summary>The outcome of a supposition, decided by the function that runs the fleet.</summary>
public sealed record WhatIfForecast
{
    /// <summary>From the failure to the verdict, by configuration; 0 when nothing is lost.</summary>
    public required double DetectionSeconds { get; init; }

    public required IReadOnlyList<ExpectedBrake> Brakes { get; init; }
    public required IReadOnlyList<ExpectedMove> Moves { get; init; }
    public required IReadOnlyList<ExpectedHold> Waits { get; init; }
    public required IReadOnlyList<ExpectedAlert> Alerts { get; init; }

    /// <summary>Stores of hosts that would be lost, or are to be empty.</summary>
    public IReadOnlyList<ExpectedStore> Stores { get; init; } = [];

    /// <summary>The measurement or the assumption that the expected times rest on.</summary>
    public required string Basis { get; init; }
}

/// <summary>A component that would go to another host, or start again where it is (<c>From</c> = <c>To</c>).</summary>
/// <param name="CatchUpSeconds">Until it is expected to be within its limit again, from the moment of the failure; null: it
/// was not running.</param>
public sealed record ExpectedMove(string Component, string Task, string From, string To, bool Starts, double? CatchUpSeconds);

/// <summary>Something that would not be done, with the one reason why.</summary>
public sealed record ExpectedHold(string Object, string Code, string Reason, string Because, string? Plan, DateTimeOffset? Earliest);

/// <summary>An alert that would be raised.</summary>
public sealed record ExpectedAlert(string Event, string Target, string Summary);

/// <summary>A brake that would hold; the moves are said as if an operator had confirmed.</summary>
public sealed record ExpectedBrake(string Region, int Silent, int Hosts);

/// <summary>A Store whose host would be lost, or is to be empty.</summary>
/// <param name="Left">Other Stores of its subtopic that are placed to run, on hosts that stay.</param>
/// <param name="Because">Its outcome, in one sentence.</param>
public sealed record ExpectedStore(string Store, string Subtopic, string Host, IReadOnlyList<string> Left, string Because);
