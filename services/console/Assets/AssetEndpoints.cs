using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;
using Holdfast.ConsoleUi.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.ConsoleUi.Assets;

/// <summary>A file for the browser, as it is and compressed; its address has its digest, so that a browser asks once.</summary>
internal sealed record Asset(string Name, string Type, byte[] Bytes, byte[]? Zipped, string Digest)
{
    internal static Asset Of(string name, byte[] bytes)
    {
        var type = Path.GetExtension(name) switch
        {
            ".css" => "text/css; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".svg" => "image/svg+xml",
            ".woff2" => "font/woff2",
            var other => throw new ArgumentException($"no type for {other}", nameof(name)),
        };
        return new Asset(name, type, bytes, name.EndsWith(".woff2", StringComparison.Ordinal) ? null : Zip(bytes),
            Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]);
    }

    private static byte[] Zip(byte[] bytes)
    {
        using var zipped = new MemoryStream();
        using (var zip = new GZipStream(zipped, CompressionLevel.Optimal))
        {
            zip.Write(bytes);
        }

        return zipped.ToArray();
    }
}

/// <summary>All of a page's files come from this process; none from any other host.</summary>
internal static class AssetEndpoints
{
    private const string Prefix = "assets/";

    private static readonly Lazy<FrozenDictionary<string, Asset>> Assets = new(() => Load()
        .ToFrozenDictionary(a => a.Name, StringComparer.Ordinal));

    internal static void Map(IEndpointRouteBuilder routes)
    {
        Open(routes.MapGet("/assets/{**name}", Serve));
        // Where Blazor's own pages look for it.
        Open(routes.MapGet("/_framework/blazor.web.js", (HttpContext context) => Serve("blazor.web.js", context)));
    }

    /// <summary>Address of a file, different when its content is.</summary>
    internal static string Address(string name) => $"/assets/{name}?v={Assets.Value[name].Digest}";

    internal static void Warm() => _ = Assets.Value;

    private static void Open(RouteHandlerBuilder endpoint) =>
        endpoint.ExcludeFromDescription().WithMetadata(AsksByItself.Mark, OpenToAll.Mark);

    private static IResult Serve(string name, HttpContext context)
    {
        if (!Assets.Value.TryGetValue(name, out var asset))
        {
            return Results.NotFound();
        }

        context.Response.Headers.CacheControl = context.Request.Query["v"] == asset.Digest || asset.Zipped is null
            ? "public, max-age=31536000, immutable" : "no-cache";
        context.Response.Headers.Vary = "Accept-Encoding";
        var tag = new Microsoft.Net.Http.Headers.EntityTagHeaderValue($"\"{asset.Digest}\"");
        if (asset.Zipped is not { } zipped || !context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.Ordinal))
        {
            return Results.Bytes(asset.Bytes, asset.Type, entityTag: tag);
        }

        context.Response.Headers.ContentEncoding = "gzip";
        return Results.Bytes(zipped, asset.Type, entityTag: tag);
    }

    private static IEnumerable<Asset> Load()
    {
        var assembly = typeof(AssetEndpoints).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            yield return Asset.Of(resource[Prefix.Length..], bytes);
        }
    }
}
