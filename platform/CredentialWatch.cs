using Holdfast.Platform.Bus;
using Holdfast.Platform.Http;
using Holdfast.Platform.Tls;
using Microsoft.Extensions.Logging;

namespace Holdfast.Platform;

/// <summary>
/// Looks at the files of token, certificates and authorities every two seconds. A changed file serves from then on, without a restart,
/// and the change is in the audit. A file that cannot be used leaves the former contents in use, and is said once.
/// </summary>
internal sealed partial class CredentialWatch(
    TlsFiles tls, TokenAuth auth, Audit audit, Settings settings, HostedModules modules, TimeProvider time,
    ILogger<CredentialWatch> logger) : TickLoop(time, logger)
{
    /// <summary>Time before a certificate's end from which each start, and each day, warns of it.</summary>
    private static readonly TimeSpan EndsSoon = TimeSpan.FromDays(14);

    private static readonly TimeSpan WarnInterval = TimeSpan.FromDays(1);

    private readonly ILogger _logger = logger;

    /// <summary>Taken over, and not in the audit yet because the store did not answer.</summary>
    private readonly Queue<(string What, string Files, string Detail)> _untold = [];

    private long? _warned;

    protected override TimeSpan Interval => TimeSpan.FromSeconds(2);

    protected override async Task Tick(CancellationToken cancel)
    {
        See(tls.Server, "take over the HTTP certificate", p => $"{p}");
        See(tls.Broker, "take over the certificate for the broker", p => $"{p}");
        See(tls.Trust?.Authorities, "take over certificate authorities", c => string.Join("; ", c.Select(a => a.Subject)));
        See(auth.File, "take over the installation's token", _ => $"SHA-256 begins with {auth.Fingerprints}");
        Warn(tls.Server);
        Warn(tls.Broker);
        while (_untold.TryPeek(out var change))
        {
            var service = modules.Names is [var only] ? only : "holdfast";
            await audit.Note($"{service}@{settings.Instance}", "", change.What, change.Files, "done", change.Detail);
            _untold.Dequeue();
        }
    }

    private void See<T>(Reread<T>? file, string what, Func<T, string> shown) where T : class
    {
        switch (file?.Check())
        {
            case Look.Taken:
                LogTaken(file.Files, shown(file.Current));
                _untold.Enqueue((what, file.Files, shown(file.Current)));
                break;
            case Look.Refused:
                LogRefused(file.Files, file.WhyNot);
                break;
        }
    }

    private void Warn(Reread<KeyPair>? pair)
    {
        var until = pair?.Current.Leaf.NotAfter.ToUniversalTime();
        if (until - Time.GetUtcNow() < EndsSoon && !(_warned is { } warned && Time.GetElapsedTime(warned) < WarnInterval))
        {
            _warned = Time.GetTimestamp();
            LogEnds(pair!.Files, $"{pair.Current}");
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Files} changed and is in use from now on: {Shown}")]
    private partial void LogTaken(string files, string shown);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "PF-212 {Files} changed and cannot be used, so what it held before stays in use: {Why}")]
    private partial void LogRefused(string files, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "PF-214 The certificate of {Files} ends soon: {Shown}")]
    private partial void LogEnds(string files, string shown);
}
