using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Http;

/// <summary>Owner of the token that a request came with.</summary>
/// <param name="Name">For the audit: <c>installation token</c>, <c>token:NAME</c>, <c>host:ID</c>.</param>
/// <param name="Scopes">Rights of the token; null: all.</param>
/// <param name="Host">The only host that it may speak for; null: any.</param>
public sealed record Caller(string Name, IReadOnlyList<string>? Scopes = null, string? Host = null)
{
    internal static Caller Installation { get; } = new("installation token");

    /// <summary>Null: none was asked for.</summary>
    public static Caller? Of(HttpContext context) => context.Features.Get<Caller>();

    /// <summary>Of the bearer token that a request came with, whether it is known or not; null: there is none.</summary>
    public static string? TokenDigestOf(HttpContext context) => Bearer.Of(context)?.Hex;

    /// <summary>For the audit: with the person that a console speaks for.</summary>
    public static string NameOf(HttpContext context)
    {
        var (name, person) = (Of(context)?.Name ?? "?", PersonOf(context));
        return person == name ? name : $"{person} by {name}";
    }

    /// <summary>For histories that people read: the person that a program speaks for, else whose token it was.</summary>
    public static string PersonOf(HttpContext context) =>
        context.Request.Headers[OperatorText.UserHeader].ToString() is { Length: > 0 and <= OperatorText.UserMax } person
            ? person
            : Of(context)?.Name ?? "?";

    /// <summary>Behind a proxy that is believed (<see cref="Settings.Proxies"/>), whom it saw.</summary>
    public static string AddressOf(HttpContext context) => context.Connection.RemoteIpAddress is not { } peer ? ""
        : (peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer).ToString();
}

/// <summary>Tokens that a service knows besides the API tokens.</summary>
public interface ICallers
{
    /// <summary>Null: this token is none of them, asked of the store if need be.</summary>
    /// <param name="digest">As <see cref="ApiTokens.DigestOf"/> gives it.</param>
    ValueTask<Caller?> Find(string digest, CancellationToken cancel);

    /// <summary>A request was refused: no token, a wrong one, or one that may not do this.</summary>
    void TurnedAway(HttpContext context, Fault fault)
    {
    }
}
