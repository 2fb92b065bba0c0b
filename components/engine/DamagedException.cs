namespace Holdfast.Engine;

/// <summary>
/// Bytes that should be a row, a transaction or a table are none. Nothing after them in the same block may be believed.
/// </summary>
public sealed class DamagedException(string message) : Exception(message);
