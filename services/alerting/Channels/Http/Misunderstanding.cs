namespace Holdfast.Alerting.Channels.Http;

/// <summary>
/// Names what a receiver speaks instead of what the channel expects of it: no TLS, nothing but TLS, HTTP/2 only, or another version of
/// TLS. Also says that the receiver wants another certificate of the client. Pure.
/// </summary>
internal static class Misunderstanding
{
    private const byte TlsAlert = 0x15;
    private const byte TlsHandshake = 0x16;
    private const byte Http2Settings = 4;

    /// <summary>Bytes of a TLS record before an alert's two: type, version, length.</summary>
    private const int AlertAt = 5;

    /// <summary>As OpenSSL calls the alerts that it gets once a connection is encrypted.</summary>
    private static readonly (string Said, int Alert)[] SaidAlerts =
    [
        ("no application protocol", 120), ("certificate required", 116), ("bad certificate", 42), ("unsupported certificate", 43),
        ("certificate revoked", 44), ("certificate expired", 45), ("certificate unknown", 46), ("unknown ca", 48),
        ("access denied", 49), ("protocol version", 70), ("handshake failure", 40),
    ];

    /// <summary>Answers of servers, with 400, to whom they understand well enough to say that he speaks the wrong thing.</summary>
    private static readonly (string Said, bool IsTls)[] SaidInPlain =
    [
        ("plain HTTP request was sent to HTTPS port", true), ("plain HTTP to an SSL-enabled server port", true),
        ("HTTP request to an HTTPS server", true), ("requires TLS", true), ("HTTP/2 only endpoint", false),
    ];

    /// <summary>Of a connection that failed.</summary>
    /// <param name="isTls">The channel's url says https.</param>
    /// <param name="heard">The receiver's first bytes.</param>
    /// <param name="said">All that the libraries said.</param>
    /// <returns>Beginning with a code; null: nothing of this kind.</returns>
    internal static string? Of(bool isTls, ReadOnlySpan<byte> heard, string said) => Start(heard) switch
    {
        "http" when isTls => "AL-362 it speaks plain HTTP on that port: call it with http://, or name its port for TLS",
        "http2" => Http2Only,
        "tls" or "alert" when !isTls => "AL-362 it speaks TLS on that port: call it with https://",
        "alert" => Alert(heard[AlertAt + 1]),
        "other" when isTls => "AL-362 what it speaks on that port is no TLS",
        "tls" when Array.Find(SaidAlerts, a => said.Contains(a.Said, StringComparison.OrdinalIgnoreCase)) is { Alert: > 0 } alert =>
            Alert(alert.Alert),
        _ => null,
    };

    /// <summary>Of an answer that refuses; null: for another reason.</summary>
    internal static string? OfAnswer(string body) =>
        Array.Find(SaidInPlain, s => body.Contains(s.Said, StringComparison.OrdinalIgnoreCase)) switch
        {
            { Said: null } => null,
            { IsTls: true } => "AL-362 it speaks TLS on that port: call it with https://",
            _ => Http2Only,
        };

    internal const string OwnWanted =
        "AL-365 it asks for a certificate of the client: name one with certificateFile and keyFile";

    internal const string OwnRefused =
        "AL-365 it refuses the client's certificate (certificateFile): it has ended, or is of an authority that it does not believe";

    internal const string Http2Only =
        "AL-363 it speaks HTTP/2 only: let it, or a proxy before it, take HTTP/1.1, which webhooks are sent with";

    private static string Start(ReadOnlySpan<byte> heard) => heard switch
    {
        [] => "nothing",
        [TlsAlert, 3, _, _, _, _, _, ..] => "alert",
        [TlsHandshake, 3, ..] => "tls",
        [(byte)'H', (byte)'T', (byte)'T', (byte)'P', (byte)'/', ..] => "http",
        [0, _, _, Http2Settings, 0 or 1, 0, 0, 0, 0, ..] => "http2",
        _ => "other",
    };

    private static string? Alert(int description) => description switch
    {
        120 => Http2Only,
        70 => "AL-364 it speaks neither TLS 1.2 nor 1.3, which webhooks are sent with",
        40 or 71 => "AL-364 it refuses the TLS handshake: it may speak other ciphers, or ask for a certificate of the client "
            + "(certificateFile, keyFile)",
        116 => OwnWanted,
        42 or 43 or 44 or 45 or 46 or 48 or 49 => OwnRefused,
        112 => "AL-361 it has no certificate for this name",
        _ => null,
    };
}
