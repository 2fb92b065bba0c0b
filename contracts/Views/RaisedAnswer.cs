namespace Holdfast.Contracts.Views;

/// <summary>For each alert in the order given: its id and what was done with it.</summary>
public sealed record RaisedAnswer(IReadOnlyList<RaisedItem> Items);

/// <summary>One alert that was raised, and its fate.</summary>
/// <param name="Alert">Its id.</param>
/// <param name="Reception">Fate of it: Opened, Counted, Resolved and the like.</param>
public sealed record RaisedItem(string Alert, string Reception);
