using Holdfast.Platform.Tls;
using Microsoft.Extensions.Logging;

namespace Holdfast.Supervisor.Setup;

/// <summary>
/// The token, whom to believe and what may run here, read again when their files change: they are replaced without a restart, which
/// would cost every component of this host.
/// </summary>
internal sealed partial class Credentials
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly string _given;
    private readonly Reread<AllowList>? _allowed;
    private readonly Reread<string>? _file;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private long _looked;

    internal Credentials(
        string given, Reread<string>? file, Trust? trust, TimeProvider clock, ILogger log, Reread<AllowList>? allowed = null) =>
        (_given, _file, Trust, _clock, _log, _looked, _allowed) = (given, file, trust, clock, log, clock.GetTimestamp(), allowed);

    public Trust? Trust { get; }

    /// <summary>The token as the file has it now; looks at the files at most once a second.</summary>
    public string Token
    {
        get
        {
            lock (_lock)
            {
                if (_clock.GetElapsedTime(_looked) >= LookInterval)
                {
                    _looked = _clock.GetTimestamp();
                    See(_file);
                    See(Trust?.Authorities);
                    See(_allowed);
                }
            }

            return _file?.Current ?? _given;
        }
    }

    /// <summary>
    /// The authorities to believe; null: the system's. Throws <see cref="StartRefusedException"/> when the file cannot be used.
    /// </summary>
    public static Trust? TrustOf(Settings settings)
    {
        if (settings.Authorities is not { } authorities)
        {
            return null;
        }

        var (trust, whyNot) = Trust.Read(authorities);
        return whyNot is null ? trust : throw new StartRefusedException(Codes.AuthoritiesUnusable,
            $"--tls-ca {authorities}: must be a readable PEM file of certificates: {whyNot}");
    }

    /// <summary>Throws <see cref="StartRefusedException"/> when a file cannot be used.</summary>
    /// <param name="settings">Of a host that is enrolled.</param>
    public static Credentials Open(Settings settings, TimeProvider clock, ILogger log, Reread<AllowList>? allowed = null)
    {
        var trust = TrustOf(settings);
        Reread<string>? file = null;
        if (settings.TokenFile is { } named)
        {
            (file, var whyNot) = Reread<string>.Open([named], files => Settings.FirstToken(Encoding.UTF8.GetString(files[0]))
                ?? throw new FormatException("its first line is not a token"));
            if (whyNot is not null)
            {
                throw new StartRefusedException(Codes.TokenMissing, $"--token-file {named}: {whyNot}");
            }
        }

        return new Credentials(settings.Token!, file, trust, clock, log, allowed);
    }

    private void See<T>(Reread<T>? file) where T : class
    {
        switch (file?.Check())
        {
            case Look.Taken:
                Taken(file.Files);
                break;
            case Look.Refused:
                Refused(Codes.FileRefused, file.Files, file.WhyNot);
                break;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{File} changed and is in use from now on")]
    private partial void Taken(string file);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "{Code} {File} changed and cannot be used, so what it held before stays in use: {Why}")]
    private partial void Refused(string code, string file, string why);
}
