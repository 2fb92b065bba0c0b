using Holdfast.Platform.Tls;

namespace Holdfast.App;

/// <summary>Whether the local fleet, which calls this machine by its loopback address, can do so with these settings.</summary>
internal static class LocalAddress
{
    private const string Loopback = "127.0.0.1";

    /// <summary>Null: it can, or there is none.</summary>
    internal static Fault? WhyNot(Settings settings, bool withFleet)
    {
        var tls = TlsFiles.Load(settings, TimeProvider.System);
        if (tls.Fault is { } fault)
        {
            return fault;
        }

        if (!withFleet)
        {
            return null;
        }

        if (settings.HostTokenFile is { } given)
        {
            return Fault.Invalid("PF-201", "Start it with --no-fleet, or leave --host-token-file out.",
                new FieldFault("host-token-file", given, "cannot be had with the local fleet, which has a file of its own"));
        }

        var called = settings.Listen is "0.0.0.0" or "::" ? Loopback : settings.Listen;
        return tls.Value!.Server?.Current.Leaf is { } certificate && !certificate.MatchesHostname(called)
            ? Fault.Invalid("PF-211", $"Use a certificate that is for {called} too, or start with --no-fleet.",
                new FieldFault("tls-cert", settings.TlsCertificate, $"must be for {called}, by which the local fleet calls it"))
            : null;
    }
}
