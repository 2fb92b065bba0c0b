namespace Holdfast.Alerting;

/// <summary>A page of a list; <paramref name="Next"/> is the cursor of the following one, absent on the last.</summary>
internal sealed record ListPage<T>(IReadOnlyList<T> Items, string? Next);
