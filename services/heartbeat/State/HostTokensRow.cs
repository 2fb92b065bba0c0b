namespace Holdfast.Heartbeat.State;

/// <summary>A secret of one host.</summary>
/// <param name="Id">Tells it from the host's other one; no secret.</param>
/// <param name="Digest">SHA-256 of the secret, lower-case hex; the secret itself is kept nowhere.</param>
internal sealed record HostToken(string Id, string Digest, string By, DateTimeOffset At);

/// <summary>A one-time token of a host: with it the host's supervisor makes its own token known.</summary>
/// <param name="Digest">As of a token.</param>
/// <param name="Until">It cannot be spent from then on.</param>
internal sealed record HostEnrolment(string Digest, string By, DateTimeOffset At, DateTimeOffset Until)
{
    /// <summary>The word that stands in the place of a token's id, to revoke it.</summary>
    internal const string Id = "enrolment";

    /// <summary>Digest of the token that it was spent for; null: it was not spent.</summary>
    public string? SpentFor { get; init; }
}

/// <summary>The tokens of a host. Key: host. The row stays when the last token is revoked, so that others read that.</summary>
/// <param name="At">The time of its last change.</param>
internal sealed record HostTokensRow(string Host, IReadOnlyList<HostToken> Tokens, DateTimeOffset At)
{
    /// <summary>The newest; null: none was made, or it was revoked.</summary>
    public HostEnrolment? Enrolment { get; init; }
}
