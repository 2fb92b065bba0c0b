using System.Security.Cryptography;

namespace Holdfast.App.Fleet;

/// <summary>
/// The local fleet's tokens, one for each host: made once, and told to the heartbeat service as a deployment does it. A supervisor of
/// the fleet cannot do what the installation's token can.
/// </summary>
internal static class FleetTokens
{
    /// <summary>The settings with which the hosts' own tokens hold.</summary>
    internal static Settings Give(Settings settings)
    {
        foreach (var file in FleetHost.All.Select(host => host.TokenFile(settings.DataDirectory)).Where(file => !File.Exists(file)))
        {
            Token.WritePrivately(file, "hft_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24)) + "\n");
        }

        var known = Path.Combine(settings.DataDirectory, "fleet", "host-tokens");
        Token.WritePrivately(known, string.Concat(FleetHost.All.Select(host =>
            $"{host.Id} {ApiTokens.DigestOf(File.ReadAllText(host.TokenFile(settings.DataDirectory)).Trim())}\n")));
        return settings with { HostTokenFile = known };
    }
}
