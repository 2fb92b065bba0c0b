using Holdfast.App.Processes;

namespace Holdfast.App.Operator;

/// <summary>Progress of an upgrade, kept in {data}/upgrade.json so that it can be continued after any interruption.</summary>
/// <param name="WasEnabled">Whether HA was on before: what it will be again.</param>
/// <param name="T1">When HA was switched off.</param>
/// <param name="Hosts">Hosts that were Online then.</param>
/// <param name="Backup">The file that can be gone back to; null: not made yet.</param>
/// <param name="Documents">Number of documents that it holds.</param>
/// <param name="T2">When HA was switched on again.</param>
/// <param name="T3">When the state of T1 was put back.</param>
/// <param name="Schemas">The version of each collection's schema in that backup's store; null: no backup yet.</param>
/// <param name="MayRunSeconds">So long after its last heartbeat a host may still run something: lease, kill grace and drift at T1.</param>
internal sealed record UpgradeRecord(bool WasEnabled, DateTimeOffset T1, IReadOnlyList<string> Hosts,
    string? Backup = null, long Documents = 0, DateTimeOffset? T2 = null, DateTimeOffset? T3 = null,
    IReadOnlyDictionary<string, int>? Schemas = null, double MayRunSeconds = 0)
{
    private static string PathIn(string data) => Path.Combine(data, "upgrade.json");

    internal static UpgradeRecord? Read(string data) => JsonFile.Read<UpgradeRecord>(PathIn(data));

    internal void Write(string data) => JsonFile.Write(PathIn(data), this);

    internal bool IsUnderWay => T2 is null;

    /// <summary>Collections whose schema is another now than at T1, in words; those that T1 did not have are no change.</summary>
    internal IReadOnlyList<string> Changed(IReadOnlyDictionary<string, int> now) =>
        [.. now.OrderBy(c => c.Key, StringComparer.Ordinal)
            .Where(c => Schemas is not null && Schemas.GetValueOrDefault(c.Key, c.Value) != c.Value)
            .Select(c => $"{c.Key} {Schemas![c.Key]} → {c.Value}")];

    /// <summary>For people: what has been done, and what comes next.</summary>
    internal IEnumerable<string> Say()
    {
        yield return $"T1 {Iso.Seconds(T1)}  HA off (it was {(WasEnabled ? "on" : "off")}), "
            + $"{Counted.Of(Hosts.Count, "host")} Online";
        yield return Backup is null ? "no backup yet; next: holdfast upgrade begin, again" : $"backup {Backup}, {Documents} documents";
        if (T3 is { } t3)
        {
            yield return $"T3 {Iso.Seconds(t3)}  rolled back to that backup";
        }

        if (T2 is { } t2)
        {
            yield return $"T2 {Iso.Seconds(t2)}  {(WasEnabled ? "HA on" : "HA left off")}, "
                + $"{(t2 - T1).TotalMinutes:0.#} min after T1";
        }
        else if (Backup is not null)
        {
            yield return T3 is null
                ? "next: stop, start the new version, holdfast upgrade finish; or stop and holdfast upgrade rollback"
                : "next: start the former version, holdfast upgrade finish";
        }
    }
}
