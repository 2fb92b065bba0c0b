using System.Security.Cryptography;

namespace Holdfast.Platform.State;

/// <summary>
/// The newest placement of a component on a host, as its owner registered it before it was said (docs/decisions/0042): heartbeat gives
/// a host nothing that a message alone says. Written by the HA scheduler and the store manager, each for its own components. Key:
/// host/component.
/// </summary>
/// <param name="Epoch">Of the placement.</param>
/// <param name="Revision">Of its owner's document.</param>
/// <param name="Digest">Of all that the host would notice; null: it should not be there.</param>
/// <param name="AbsentSince">Time at which its removal was registered; null: it should be there.</param>
public sealed record PlacementRow(string Id, string Host, long Epoch, long Revision, string? Digest, DateTimeOffset? AbsentSince)
{
    public static Collection<PlacementRow> Collection { get; } =
        new Collection<PlacementRow>("fleet.placements", 1, row => row.Id).Index(row => row.Host).Index(row => row.AbsentSince);

    /// <summary>No host's id has a slash.</summary>
    internal static string IdOf(string host, string component) => $"{host}/{component}";

    internal static PlacementRow Of(ComponentPlaced placed, DateTimeOffset now) => new(
        IdOf(placed.Host, placed.Component), placed.Host, placed.Epoch, placed.Revision,
        placed.Desired == DesiredState.Absent ? null : DigestOf(placed),
        placed.Desired == DesiredState.Absent ? now : null);

    /// <summary>
    /// This one is to stand in place of that one. Of one epoch a removal is the last word; of one revision the later word holds, for the
    /// owner itself said both.
    /// </summary>
    internal bool Replaces(PlacementRow? before) => before is null || Epoch > before.Epoch
        || (Epoch == before.Epoch && before.AbsentSince is null
            && (AbsentSince is not null || (Revision >= before.Revision && this != before)));

    /// <summary>A message says what is registered. A removal is confirmed by any later one as well.</summary>
    internal static bool Confirms(PlacementRow? row, ComponentPlaced placed) => row is not null
        && (placed.Desired == DesiredState.Absent
            ? row.AbsentSince is not null && row.Epoch >= placed.Epoch
            : row.AbsentSince is null && (row.Epoch, row.Revision) == (placed.Epoch, placed.Revision) && row.Digest == DigestOf(placed));

    /// <summary>A true word that came late: another one was registered after it, and is said by itself.</summary>
    internal static bool Outranks(PlacementRow? row, ComponentPlaced placed) => row is not null
        && (row.Epoch > placed.Epoch
            || (row.Epoch == placed.Epoch && (row.AbsentSince is not null || row.Revision > placed.Revision)));

    /// <summary>Field by field: a field that a later version adds must not change it for a collector that does not know that one.</summary>
    internal static string DigestOf(ComponentPlaced placed) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(
        (string?[])
        [
            placed.Component, placed.Host, placed.Region, placed.Kind.ToString(), placed.Desired.ToString(), placed.Task, placed.Subtopic,
            placed.StartTimestamp?.ToString(CultureInfo.InvariantCulture), placed.StartPosition, ComponentConfig.DigestOf(placed.Config),
            .. placed.Command,
        ])));
}
