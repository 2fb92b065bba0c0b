using System.Net;

namespace Holdfast.Rules.StoreManager;

/// <summary>The address at which consumers reach a Store. Pure.</summary>
internal static class Reached
{
    /// <param name="said">Address and port on which the Store reports to listen.</param>
    /// <param name="host">Address of its host, with or without a port, which belongs to something else.</param>
    internal static string? At(string? said, string host) =>
        IPEndPoint.TryParse(said ?? "", out var listens)
        && (listens.Address.Equals(IPAddress.Any) || listens.Address.Equals(IPAddress.IPv6Any))
        && IPEndPoint.TryParse(host, out var its)
            ? new IPEndPoint(its.Address, listens.Port).ToString()
            : said;
}
