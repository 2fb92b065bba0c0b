using MySqlConnector;
using Npgsql;

namespace Holdfast.Samples.Shop;

/// <summary>
/// The shop's customers and clerks: some connections, each of which begins a transaction at its turn, so that all together begin as
/// many a second as they may. A server that is away is asked again, once a second; a source whose log nobody reads is left alone.
/// </summary>
internal sealed class Load(TimeProvider time, CancellationToken stop)
{
    /// <summary>The log that PostgreSQL keeps for its readers; beyond this the load rests.</summary>
    internal const long KeptBytesMax = 1L << 30;

    private const string Kept = "SELECT coalesce(max(pg_current_wal_lsn() - restart_lsn), 0)::bigint FROM pg_replication_slots";

    /// <summary>The warehouse has one transaction for so many of the shop.</summary>
    private const int WarehouseShare = 10;

    private static readonly TimeSpan Away = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(10);

    /// <summary>A turn that was missed by more than this is not made up for.</summary>
    private static readonly TimeSpan LateMax = TimeSpan.FromSeconds(1);

    private volatile bool _rests;

    /// <param name="place">Of the servers.</param>
    /// <param name="rate">Transactions a second of the shop, all connections together.</param>
    /// <param name="connections">Of the shop; the warehouse has one more.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Ends it.</param>
    internal static async Task Run(ShopPlace place, double rate, int connections, TimeProvider time, CancellationToken stop)
    {
        var seed = (int)(time.GetTimestamp() % int.MaxValue);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{rate} transactions a second over {connections} connections, seed {seed}"));
        var (load, working) = (new Load(time, stop), new List<Task>());
        await using var source = place.Postgres is null ? null : Postgres.Source(place, ShopPlace.Shop, ShopPlace.Application);
        if (source is not null)
        {
            working.Add(load.Watch(source));
            working.AddRange(Enumerable.Range(0, connections).Select(number =>
            {
                var random = new Random(seed + number);
                var shop = new PostgresShop(source, random);
                return load.Work($"postgres {number + 1}", TimeSpan.FromSeconds(connections / rate),
                    () => PostgresShop.Open(source, random, stop), () => shop.Once(stop));
            }));
        }

        if (place.MariaDb is not null)
        {
            var warehouse = new MariaWarehouse(place, new Random(seed - 1));
            working.Add(load.Work("mariadb", TimeSpan.FromSeconds(WarehouseShare / rate), () => warehouse.Open(stop),
                () => warehouse.Once(stop)));
        }

        await Task.WhenAll(working);
    }

    /// <summary>A log that nobody reads would fill the disk.</summary>
    private async Task Watch(NpgsqlDataSource source)
    {
        while (await Pause(LookInterval))
        {
            try
            {
                await using var command = source.CreateCommand(Kept);
                var kept = (long)(await command.ExecuteScalarAsync(stop))!;
                if (_rests != kept > KeptBytesMax)
                {
                    _rests = !_rests;
                    Console.WriteLine(_rests ? $"the source keeps {kept >> 20} MiB of its log, for its changes are not read; the load rests"
                        : "the source's changes are read; the load goes on");
                }
            }
            catch (Exception error) when (error is NpgsqlException or OperationCanceledException)
            {
                // The writer says so.
            }
        }
    }

    private async Task Work(string name, TimeSpan pace, Func<Task> first, Func<Task> once)
    {
        var (said, isOpen, due) = ((string?)null, false, time.GetTimestamp());
        do
        {
            var trouble = _rests ? null : await Tried(isOpen ? once : first);
            isOpen |= trouble is null && !_rests;
            if (trouble != said && !stop.IsCancellationRequested)
            {
                Console.WriteLine(trouble is null ? $"{name}: goes on" : $"{name}: {trouble}; tried again");
            }

            said = trouble;
            due = Math.Max(due + Ticks(pace), time.GetTimestamp() - Ticks(LateMax));
            var wait = trouble is not null ? Away : time.GetElapsedTime(time.GetTimestamp(), due);
            if (!await Pause(wait))
            {
                return;
            }
        }
        while (true);
    }

    /// <returns>The reason why it did not succeed; null: it did, or the next turn is another try.</returns>
    private static async Task<string?> Tried(Func<Task> what)
    {
        try
        {
            await what();
            return null;
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.DeadlockDetected
            or PostgresErrorCodes.SerializationFailure)
        {
            return null;
        }
        catch (PostgresException error)
        {
            return $"{error.SqlState} {error.MessageText}";
        }
        catch (Exception error) when (error is NpgsqlException or MySqlException or OperationCanceledException or IOException)
        {
            return error.GetBaseException().Message;
        }
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    /// <returns>False: it is to end.</returns>
    private async Task<bool> Pause(TimeSpan wait)
    {
        await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !stop.IsCancellationRequested;
    }
}
