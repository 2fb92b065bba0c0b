namespace Holdfast.Engine;

/// <summary>A tenant's term: who is its primary changes with each of them, and so may the history of its data.</summary>
/// <param name="Number">Each is higher than the one before.</param>
/// <param name="After">It began after this position: all up to there belongs to earlier ones.</param>
public sealed record Term(ulong Number, Position After);
