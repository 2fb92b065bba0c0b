using System.Text.Json.Serialization;
using Holdfast.Supervisor.Machine;
using Holdfast.Supervisor.Setup;

namespace Holdfast.Supervisor.Cleanup;

/// <summary>The processes that run, as they are remembered over the supervisor's own death.</summary>
internal sealed record InventoryFile(string BootId, IReadOnlyList<Leader> Leaders);

/// <summary>inventory.json in the work directory, replaced atomically with each change.</summary>
internal sealed class Inventory(string path)
{
    private const int BytesMax = 4 * 1024 * 1024;

    /// <summary>Leaders that may still live; null when the file is there but cannot be understood.</summary>
    public IReadOnlyList<Leader>? Leftovers(string bootId)
    {
        try
        {
            if (!Path.Exists(path))
            {
                return [];
            }

            return RegularFile.TryReadAll(Path.GetDirectoryName(path)!, Path.GetFileName(path), BytesMax) is { } text
                ? OfThisBoot(JsonSerializer.Deserialize(text, InventoryJson.Default.InventoryFile), bootId)
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Takes the leaders of this boot: after a reboot nobody of the list lives, and the pids belong to others.</summary>
    public static IReadOnlyList<Leader>? OfThisBoot(InventoryFile? file, string bootId) => file switch
    {
        null or { BootId: null } or { Leaders: null } => null,
        _ when file.Leaders.Any(l => l is not { Pid: > 1, Directory: not null, Cgroup: not null }) => null,
        _ => file.BootId == bootId ? file.Leaders : [],
    };

    public void Save(string bootId, IReadOnlyList<Leader> leaders) => WorkDirectory.Replace(
        path, JsonSerializer.Serialize(new InventoryFile(bootId, leaders), InventoryJson.Default.InventoryFile));
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, AllowOutOfOrderMetadataProperties = true)]
[JsonSerializable(typeof(InventoryFile))]
internal sealed partial class InventoryJson : JsonSerializerContext;
