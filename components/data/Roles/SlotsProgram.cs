using Holdfast.Data.Config;
using Holdfast.Data.Databases;
using Holdfast.Data.Reports;
using Holdfast.Engine.Postgres.Capture;

namespace Holdfast.Data.Roles;

/// <summary>The slots of a source.</summary>
/// <param name="Database">As in messages, without a password.</param>
/// <param name="Slots">By name.</param>
/// <param name="Dropped">Name of the one that was dropped; null: none was.</param>
/// <param name="Refusal">The reason why none was, where one should be.</param>
internal sealed record SlotsReport(string Database, IReadOnlyList<SlotLine> Slots, string? Dropped, SlotRefusal? Refusal);

/// <summary>One slot.</summary>
/// <param name="Name">As the server has it.</param>
/// <param name="Use">Retainer, Reader, Removed, Search or Unknown.</param>
/// <param name="Store">The Store that has it, or had it; null: it is not known.</param>
/// <param name="IsActive">Somebody reads by it.</param>
/// <param name="Status">The server's word for how its log is kept: reserved, extended, unreserved, lost.</param>
/// <param name="RetainedBytes">Bytes of the server's log that it keeps.</param>
/// <param name="SafeBytes">Bytes that may still be written before it is lost; null: there is no limit.</param>
internal sealed record SlotLine(
    string Name, string Use, string? Store, bool IsActive, string Status, long RetainedBytes, long? SafeBytes);

/// <summary>Reasons not to drop a slot.</summary>
/// <param name="Code">Of docs/errors.md.</param>
/// <param name="Message">The reason against it.</param>
/// <param name="Workaround">The way to help.</param>
internal sealed record SlotRefusal(string Code, string Message, string Workaround);

/// <summary>
/// <c>holdfast-data slots</c>: lists the slots that Holdfast has at a PostgreSQL source, and drops one that no Store has. A person asks
/// for it by <c>holdfast sources slots</c>.
/// </summary>
internal static class SlotsProgram
{
    /// <returns>The exit code: 0, or 3 when the slot was not dropped.</returns>
    internal static async Task<int> Run(SlotsConfig config, TextWriter output, CancellationToken cancel)
    {
        if (config.Database.Kind != PostgresEngine.Kind)
        {
            throw new ConfigException("DP-502", $"slots.database.kind: '{config.Database.Kind}' must be {PostgresEngine.Kind}:"
                + " other engines keep no log for a reader.");
        }

        var server = PostgresEngine.Server(config.Database, "slots.database");
        var slots = await PostgresSlots.List(server, config.Stores, config.Removed, cancel);
        var refusal = config.Drop is not { } name ? null
            : Refusal(name, slots.FirstOrDefault(s => s.Name == name)?.Use, slots.FirstOrDefault(s => s.Name == name)?.Reader, config.Force)
                ?? Of(await PostgresSlots.Drop(server, name, cancel));
        var dropped = refusal is null ? config.Drop : null;
        await output.WriteLineAsync(JsonSerializer.Serialize(new SlotsReport(config.Database.ToString(),
            [.. slots.Where(s => s.Name != dropped).Select(s =>
                new SlotLine(s.Name, s.Use.ToString(), s.Reader, s.IsActive, s.Status, s.RetainedBytes, s.SafeBytes))],
            dropped, refusal), FindingsJson.Default.SlotsReport));
        return refusal is null ? 0 : 3;
    }

    /// <summary>Says what stands against dropping a slot; null: nothing does. Pure.</summary>
    internal static SlotRefusal? Refusal(string slot, SlotUse? use, string? store, bool isForced) => use switch
    {
        SlotUse.Reader => new SlotRefusal("DP-179", $"Store {store} has slot {slot}: without it the Store would lose what it has not read",
            $"If the Store is not wanted, holdfast stores delete '{store}' --confirm '{store}': then its slot can be dropped"),
        SlotUse.Unknown when !isForced => new SlotRefusal("DP-185",
            $"whose slot {slot} is, is not known here: another installation of Holdfast may read by it",
            "Ask who else reads this database; if nobody does, say --force"),
        // A name that no slot has is answered by the server, which may have it by now.
        SlotUse.Retainer or SlotUse.Removed or SlotUse.Search or SlotUse.Unknown or null => null,
    };

    private static SlotRefusal? Of(SourceFault? fault) => fault is null ? null
        : new SlotRefusal(fault.Code, fault.Message, fault.Workaround);
}
