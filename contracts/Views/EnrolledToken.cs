namespace Holdfast.Contracts.Views;

/// <summary>A supervisor's own token, by its digest: the token itself never leaves its host.</summary>
/// <param name="Digest">SHA-256 of the token, lower-case hex.</param>
public sealed record EnrolledToken(string Digest);
