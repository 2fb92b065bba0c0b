using System.Security.Cryptography;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Http;

/// <summary>The digest of a bearer token, by which tokens are known; the token itself is kept nowhere.</summary>
internal sealed class Bearer
{
    private const string Scheme = "Bearer ";

    private string? _hex;

    private Bearer(string header) => (Header, Digest) = (header, DigestOf(header[Scheme.Length..].Trim()));

    /// <summary>SHA-256 of the token.</summary>
    internal byte[] Digest { get; }

    /// <summary>The digest in lower-case hex.</summary>
    internal string Hex => _hex ??= Convert.ToHexStringLower(Digest);

    private string Header { get; }

    internal static byte[] DigestOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>Null: the header is none of a bearer.</summary>
    internal static Bearer? Of(string? header) =>
        header?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) == true ? new Bearer(header) : null;

    /// <summary>
    /// A supervisor sends the same header each time, and Kestrel hands out the same string for it as long as the connection lives: then
    /// its digest is not made again. It is the same object or another one: no letters are compared. On a connection of HTTP/1 requests
    /// come one after the other; those of HTTP/2 come beside each other, and have nothing in common here.
    /// </summary>
    internal static Bearer? Of(HttpContext context)
    {
        var header = context.Request.Headers.Authorization;
        if (header is not [{ Length: > 0 } said])
        {
            return Of(header.ToString());
        }

        if (!HttpProtocol.IsHttp11(context.Request.Protocol)
            || context.Features.Get<IConnectionItemsFeature>()?.Items is not { } items)
        {
            return Of(said);
        }

        if (items.TryGetValue(typeof(Bearer), out var kept) && kept is Bearer before && ReferenceEquals(before.Header, said))
        {
            return before;
        }

        var bearer = Of(said);
        items[typeof(Bearer)] = bearer;
        return bearer;
    }
}
