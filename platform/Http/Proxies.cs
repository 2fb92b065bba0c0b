using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace Holdfast.Platform.Http;

/// <summary>
/// Proxies whose word is taken for whom they ask. From anybody else the headers are only letters: they would let a guesser have a new
/// address with each guess, and the audit name whom he likes.
/// </summary>
internal static class Proxies
{
    internal const string Rule = "must be 'none', or IP addresses and networks like 10.0.0.0/8, with commas between them";

    private const char Separator = ',';

    internal static IReadOnlyList<IPNetwork> Loopback { get; } = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")];

    /// <summary>Null: it is no such list.</summary>
    internal static IReadOnlyList<IPNetwork>? Read(string text)
    {
        if (text == "none")
        {
            return [];
        }

        var networks = new List<IPNetwork>();
        foreach (var part in text.Split(Separator, StringSplitOptions.TrimEntries))
        {
            if (IPAddress.TryParse(part, out var one))
            {
                networks.Add(new IPNetwork(one, one.GetAddressBytes().Length * 8));
            }
            else if (IPNetwork.TryParse(part, out var network))
            {
                networks.Add(network);
            }
            else
            {
                return null;
            }
        }

        return networks;
    }

    /// <summary>One step: the gateway adds whom it saw at the end, and what was there before may come from anybody.</summary>
    internal static void UseProxies(this IApplicationBuilder app, IReadOnlyList<IPNetwork> proxies)
    {
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            ForwardLimit = 1,
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in proxies)
        {
            options.KnownIPNetworks.Add(network);
        }

        // With nobody in the list the middleware would believe everybody.
        if (proxies.Count > 0)
        {
            app.UseForwardedHeaders(options);
        }
    }
}
