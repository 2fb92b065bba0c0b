using System.Net;

namespace Holdfast.Rules.StoreManager;

/// <summary>The address at which consumers reach a Store. Pure.</summary>
internal static class Reached
{
    /// <param name="said">Where it listens, as it says: address:port.</param>
    /// <param name="host">Where its host is reached: an address, with a port of something else or without.</param>
    internal static string? At(string? said, string host) =>
        IPEndPoint.TryParse(said ?? "", out var listens)
        && (listens.Address.Equals(IPAddress.Any) || listens.Address.Equals(IPAddress.IPv6Any))
        && IPEndPoint.TryParse(host, out var its)
            ? new IPEndPoint(its.Address, listens.Port).ToString()
            : said;
}
