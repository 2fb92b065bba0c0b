namespace Holdfast.Contracts.Views;

/// <summary>An event that alerts are about, as lists show it.</summary>
/// <param name="Scope">system or task.</param>
/// <param name="Level">1 to 5; absent: by the task's protection level.</param>
/// <param name="Runbook">Address of its page.</param>
public sealed record EventView(string Name, string Scope, int? Level, string Title, string Runbook);
