using Holdfast.Engine.Postgres.Db;

namespace Holdfast.Engine.Postgres.Capture;

/// <summary>A replication slot as the server has it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Confirmed">Transactions whose commit stands before this are not shown any more; null: it is being made.</param>
/// <param name="Status"><c>reserved</c>, <c>extended</c>, <c>unreserved</c> or <c>lost</c>.</param>
/// <param name="IsActive">Somebody reads by it.</param>
/// <param name="Retained">Bytes of the server's log that it keeps.</param>
/// <param name="Safe">Bytes that may still be written before it is lost; null: there is no limit.</param>
/// <param name="IsTemporary">It ends with its session.</param>
internal sealed record SlotState(
    string Name, ulong? Confirmed, string Status, bool IsActive, long Retained, long? Safe, bool IsTemporary = false)
{
    /// <summary>A standby may have it too, and goes on with it once it is promoted (17 or later).</summary>
    internal bool HasFailover { get; init; }

    /// <summary>The reason why it is lost, in the server's word (17 or later).</summary>
    internal string? Reason { get; init; }

    private const string Query = """
        SELECT slot_name, confirmed_flush_lsn, coalesce(wal_status, 'lost'), active,
            coalesce(pg_current_wal_lsn() - restart_lsn, 0)::bigint, safe_wal_size, temporary,
            to_jsonb(s) ->> 'failover', to_jsonb(s) ->> 'invalidation_reason'
        FROM pg_replication_slots AS s WHERE database = current_database()
        """;

    internal bool IsLost => Status == "lost";

    /// <summary>A reader may start after this and after everything later; null: it leads nowhere.</summary>
    internal ulong? Oldest => IsLost || Confirmed is null or 0 ? null : Confirmed - 1;

    internal static async Task<SlotState?> Read(Session session, string name, CancellationToken cancel) =>
        (await session.Rows($"{Query} AND slot_name = $1", cancel, name).ConfigureAwait(false)).Select(Of).FirstOrDefault();

    internal static async Task<IReadOnlyList<SlotState>> ReadAll(Session session, CancellationToken cancel) =>
        [.. (await session.Rows($"{Query} AND slot_name LIKE 'holdfast\\_%' ORDER BY slot_name", cancel).ConfigureAwait(false)).Select(Of)];

    private static SlotState Of(string?[] row) => new(row[0]!, row[1] is { } lsn ? Lsn.Read(lsn) : null, row[2]!, row[3] == "t",
        long.Parse(row[4]!, CultureInfo.InvariantCulture), row[5] is { } safe ? long.Parse(safe, CultureInfo.InvariantCulture) : null,
        row[6] == "t") { HasFailover = row[7] == "true", Reason = row[8] };
}

/// <summary>Places in the server's log, as it writes them.</summary>
internal static class Lsn
{
    private const ulong PageBytes = 8192;

    internal static ulong Read(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return ulong.Parse(text.AsSpan(0, slash), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) << 32
            | ulong.Parse(text.AsSpan(slash + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }

    internal static string Write(ulong lsn) => string.Create(CultureInfo.InvariantCulture, $"{lsn >> 32:X}/{lsn & uint.MaxValue:X}");

    /// <summary>
    /// All that is committed begins before this. Behind a page's header the next commit begins there at the earliest, and the one before
    /// ended before the page. So a reader that has come to the page's beginning has all.
    /// </summary>
    internal static ulong End(ulong insert) => insert % PageBytes is 24 or 40 ? insert - insert % PageBytes : insert;
}
