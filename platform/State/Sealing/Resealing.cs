using Holdfast.Platform.Tls;
using Microsoft.Extensions.Logging;

namespace Holdfast.Platform.State.Sealing;

/// <summary>One collection of this process that has secrets.</summary>
internal sealed record SealedCollection(string Name, Func<CancellationToken, Task<(int Done, int Unopened)>> Reseal);

/// <summary>
/// Looks at the key file every two seconds. At the start, after each change of the file and once an hour, it seals with the first key
/// what is stored plain or with a former key. Then the former key can be taken out of the file.
/// </summary>
internal sealed partial class Resealing(
    SecretKeys keys, IEnumerable<SealedCollection> collections, TimeProvider time, ILogger<Resealing> logger) : TickLoop(time, logger)
{
    private static readonly TimeSpan AgainAfter = TimeSpan.FromHours(1);
    private readonly ILogger _logger = logger;
    private long? _doneAt;

    protected override TimeSpan Interval => TimeSpan.FromSeconds(2);

    protected override async Task Tick(CancellationToken cancel)
    {
        if (keys.File is not { } file)
        {
            if (_doneAt is null && collections.Any())
            {
                _doneAt = Time.GetTimestamp();
                LogPlain();
            }

            return;
        }

        switch (file.Check())
        {
            case Look.Taken:
                LogTaken(file.Files, string.Join(", ", keys.Ids));
                _doneAt = null;
                break;
            case Look.Refused:
                LogRefused(file.Files, file.WhyNot);
                break;
        }

        if (_doneAt is { } at && Time.GetElapsedTime(at) < AgainAfter)
        {
            return;
        }

        var began = Time.GetTimestamp();
        foreach (var collection in collections)
        {
            var (done, unopened) = await collection.Reseal(cancel);
            if (done > 0)
            {
                LogSealed(collection.Name, done, keys.Ids[0]);
            }

            if (unopened > 0)
            {
                LogUnopened(collection.Name, unopened, file.Files);
            }
        }

        _doneAt = began;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{File} changed and is in use from now on: keys {Ids}")]
    private partial void LogTaken(string file, string ids);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "PF-212 {File} changed and cannot be used, so what it held before stays in use: {Why}")]
    private partial void LogRefused(string file, string why);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "PF-220 Secrets are stored as they are given: no --secrets-key names a key for this store, which others share")]
    private partial void LogPlain();

    [LoggerMessage(Level = LogLevel.Information, Message = "{Collection}: the secrets of {Count} documents are sealed with key {Key} now")]
    private partial void LogSealed(string collection, int count, string key);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "PF-219 {Collection}: the secrets of {Count} documents cannot be opened with the keys of {File}")]
    private partial void LogUnopened(string collection, int count, string file);
}
