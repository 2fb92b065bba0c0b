namespace Holdfast.StoreManager.State;

/// <summary>A finding that people were told of, until its end was told. Key: event and subtopic.</summary>
internal sealed record FindingDocument(string Id, Finding Finding, string Occurrence);
