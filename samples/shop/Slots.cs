using Holdfast.Engine.Postgres.Capture;

namespace Holdfast.Samples.Shop;

/// <summary>Replication slots at the shop's PostgreSQL, for each of which the server keeps its log.</summary>
internal static class Slots
{
    /// <summary>Drops those of Stores that are gone for good; one that is in use stays.</summary>
    internal static async Task Keep(ShopPlace place, IReadOnlyList<string> stores, CancellationToken cancel)
    {
        await using var shop = Postgres.Source(place, ShopPlace.Shop, ShopPlace.Admin);
        await using var ask = shop.CreateCommand("SELECT oid::bigint FROM pg_database WHERE datname = current_database()");
        var database = (uint)(long)(await ask.ExecuteScalarAsync(cancel))!;
        string[] known = [CaptureNames.Retainer(database), .. stores.Select(s => CaptureNames.Slot(database, s))];
        await using var drop = shop.CreateCommand("SELECT slot_name::text, pg_drop_replication_slot(slot_name) FROM pg_replication_slots "
            + "WHERE database = current_database() AND NOT active AND starts_with(slot_name, $1) AND slot_name::text <> ALL($2)");
        drop.Parameters.Add(new() { Value = known[0] + "_" });
        drop.Parameters.Add(new() { Value = known });
        await using var dropped = await drop.ExecuteReaderAsync(cancel);
        while (await dropped.ReadAsync(cancel))
        {
            Console.WriteLine($"slot {dropped.GetString(0)} is dropped: its Store is gone");
        }
    }
}
