namespace Holdfast.ConsoleUi.Access;

/// <summary>Role of a person; each may do what those before it may.</summary>
public enum Role
{
    Viewer,

    /// <summary>Starts, stops, moves, drains, maintains, approves, resends.</summary>
    Operator,

    /// <summary>Makes and changes tasks, and gives Stores their configuration: brings commands to hosts.</summary>
    Deployer,

    /// <summary>Configures, and manages people and tokens.</summary>
    Administrator,
}

/// <summary>Somebody who may come in. Key: name.</summary>
/// <param name="Name">1 to 32 of the characters a-z, 0-9, '.', '_', '-'.</param>
/// <param name="Password">As <see cref="Passwords.Hash"/> gives it; null: not set yet, only the invitation leads in.</param>
/// <param name="Invitation">SHA-256 of a one-time link's key, lower-case hex.</param>
/// <param name="Issuer">The provider that vouches for this person, who has no password here; null: a user of this console.</param>
/// <param name="Subject">The person's id there, whatever the name becomes.</param>
public sealed record User(
    string Name, Role Role, string? Password, string? Invitation, DateTimeOffset? InvitationUntil, string CreatedBy,
    DateTimeOffset CreatedAt, string? Issuer = null, string? Subject = null)
{
    /// <param name="issuer">The provider of now; null: there is none.</param>
    internal bool MayComeIn(string? issuer) => Issuer is null ? Password is not null : Issuer == issuer;
}

/// <summary>Somebody is logged in. Key: SHA-256 of the cookie's value.</summary>
/// <param name="Hint">The provider's means to end its own session, encrypted; null: it gave nothing, or there is none.</param>
internal sealed record Session(
    string Id, string User, DateTimeOffset CreatedAt, DateTimeOffset Until, string Address, string Browser, string? Hint = null);

/// <summary>A person who looks at a page.</summary>
public sealed record Person(string Name, Role Role, string Session, string Address)
{
    internal bool May(Role needed) => Role >= needed;
}
