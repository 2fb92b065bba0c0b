using Holdfast.Contracts;
using Holdfast.Platform;
using Holdfast.Platform.Http;
using Microsoft.Extensions.Logging;

namespace Holdfast.Stores.Mongo;

/// <summary>
/// The client of one process. A write counts once a majority has it in its journal, and what is read was written so: a
/// failover takes back nothing that was said. Works on a single server too, which is its own majority.
/// </summary>
internal sealed partial class MongoServer : IDisposable
{
    /// <summary>No attempt begins later than this after the first.</summary>
    internal static readonly TimeSpan TryMax = TimeSpan.FromSeconds(12);

    internal static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(90);
    private readonly MongoClient _client;
    private readonly ILogger _log;

    internal MongoServer(MongoUrl url, MongoTls? tls, string shown, TimeProvider time, ILoggerFactory logs)
    {
        var settings = MongoClientSettings.FromUrl(url);
        MongoGuarantees.Apply(settings);
        tls?.Apply(settings);
        _client = new MongoClient(settings);
        Database = _client.GetDatabase(url.DatabaseName);
        Shown = shown;
        Time = time;
        _log = logs.CreateLogger("Holdfast.State");
    }

    internal IMongoDatabase Database { get; }

    internal string Shown { get; }

    internal TimeProvider Time { get; }

    internal StateUnavailableException Unavailable(Exception e) => new($"{Shown}: {e.InPlainWords()}", e);

    internal StateRefusedException Newer(string what, int stored, int known) => new(new Fault(
        "PF-304", 503, "The state has a newer schema",
        $"{Shown}: {what} has schema {stored}, this program knows up to {known}. It was left as it is.",
        "Start the newer program again, or restore the backup made before the upgrade."));

    /// <summary>Waits until the server answers.</summary>
    internal async Task Ready(CancellationToken cancel)
    {
        var started = Time.GetTimestamp();
        for (var attempt = 0; await CheckHealth(cancel).ConfigureAwait(false) is { } why; attempt++)
        {
            if (Time.GetElapsedTime(started) > StartMax)
            {
                throw new StateRefusedException(new Fault("PF-305", 503, "The database does not answer",
                    $"{why} (for {StartMax.TotalSeconds:0} s).",
                    "Start the database, or correct host, port and network; then start again. Nothing was changed."));
            }

            if (attempt == 0)
            {
                LogWaiting(Shown, StartMax.TotalSeconds, why);
            }

            await Task.Delay(Pause, Time, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Writes and reads a document; null when that went well. Refuses wrong credentials at once.</summary>
    internal async Task<string?> CheckHealth(CancellationToken cancel)
    {
        try
        {
            var health = Database.GetCollection<BsonDocument>("holdfast.health");
            await health.FindOneAndUpdateAsync<BsonDocument>(
                new BsonDocument("_id", 1),
                new BsonDocument("$currentDate", new BsonDocument("asked", true)),
                new FindOneAndUpdateOptions<BsonDocument> { IsUpsert = true },
                cancel).ConfigureAwait(false);
            return null;
        }
        catch (MongoAuthenticationException e)
        {
            throw new StateRefusedException(new Fault("PF-306", 503, "The database cannot be used", $"{Shown}: {e.InPlainWords()}.",
                "Correct user, password, database name or rights; the user must be able to create collections."));
        }
        catch (Exception e) when (e is MongoException or TimeoutException)
        {
            return $"{Shown}: {e.InPlainWords()}";
        }
    }

    public void Dispose() => _client.Dispose();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Waiting for {Database}, at most {Limit} s: {Why}")]
    private partial void LogWaiting(string database, double limit, string why);
}
