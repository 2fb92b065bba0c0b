using System.Text.Json.Serialization;
using Holdfast.Engine.MySql.Events;

namespace Holdfast.Engine.MySql.Takeovers;

/// <summary>
/// Knowledge that a Store has of its source besides the log. That a log was at a GTID at some position stays true whatever becomes of
/// the Store; what came later is in the Store's log by name.
/// </summary>
/// <param name="File">Path of the file.</param>
/// <param name="SystemId">Of the source that the Store's log is of; null: it has none yet.</param>
/// <param name="Names">
/// Gives the log behind a position (null: all of it), by the source's own names, oldest first; null: it does not reach back there.
/// </param>
public sealed record StoredHistory(
    string File, Func<string?> SystemId, Func<Position?, IEnumerable<(Position Position, string? Name)>?> Names);

/// <summary>A note of how far a source's log had been read at a position, by GTID.</summary>
internal sealed record GtidMark(string SystemId, Position Position, GtidState State);

/// <summary>A <see cref="GtidMark"/> as a file. One that cannot be read is one that is not there.</summary>
internal static class GtidFile
{
    private const int BytesMax = 1 << 20;

    internal static GtidMark? Read(string file)
    {
        try
        {
            if (new FileInfo(file) is not { Exists: true, Length: <= BytesMax }
                || JsonSerializer.Deserialize(File.ReadAllText(file), GtidJson.Default.StoredGtids) is not { SystemId: { } id } read
                || !Position.TryParse(read.Position, out var position))
            {
                return null;
            }

            return new GtidMark(id, position,
                GtidState.Of(Gtid.List(read.Reached), Gtid.List(read.Given), Gtid.List(read.Servers), read.Unordered ?? []));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or FormatException)
        {
            return null;
        }
    }

    /// <returns>False: it could not be written, and the one before stays.</returns>
    internal static bool TryWrite(string file, GtidMark mark)
    {
        try
        {
            var next = file + ".next";
            File.WriteAllText(next, JsonSerializer.Serialize(new StoredGtids(mark.SystemId, mark.Position.ToString(),
                Gtid.Text(mark.State.Reached.Values), Gtid.Text(mark.State.Given.Values), Gtid.Text(mark.State.Servers),
                [.. mark.State.Unordered]), GtidJson.Default.StoredGtids));
            File.Move(next, file, overwrite: true);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}

/// <summary>The members of a <see cref="GtidFile"/>.</summary>
internal sealed record StoredGtids(
    string? SystemId, string? Position, string? Reached, string? Given, string? Servers, IReadOnlyList<uint>? Unordered);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(StoredGtids))]
internal sealed partial class GtidJson : JsonSerializerContext;
