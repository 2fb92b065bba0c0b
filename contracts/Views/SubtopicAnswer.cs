namespace Holdfast.Contracts.Views;

/// <summary>A subtopic's own settings.</summary>
public sealed record SubtopicAnswer(string Subtopic, string Region, bool Shared, int? Threshold, int Stores, IReadOnlyList<string> Tasks);
