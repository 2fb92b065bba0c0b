using System.Security.Cryptography;
using Holdfast.Supervisor.Machine;
using Holdfast.Supervisor.Setup;
using Microsoft.Extensions.Logging;

namespace Holdfast.Supervisor.Processes;

/// <summary>A component that ended by itself in good order: exit code 0 under this epoch and command.</summary>
/// <param name="Command">A digest: arguments may be secrets, and equal ones are all that is asked for.</param>
/// <param name="Said">Its last words, which its delay is counted from; null: it wrote no status.</param>
internal sealed record KeptEnding(string Name, long Epoch, string Command, ComponentStatus? Said)
{
    public static KeptEnding Of(DesiredComponent ran, ComponentStatus? said) =>
        new(ran.Name, ran.Epoch, Digest(ran.Command), said is null ? null : said with { Consumers = null, Error = null });

    public bool IsOf(DesiredComponent wanted) => Epoch == wanted.Epoch && Command == Digest(wanted.Command);

    private static string Digest(IReadOnlyList<string> command) => Convert.ToHexStringLower(
        SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(command, StatusJson.Default.IReadOnlyListString)));
}

internal sealed record EndingsFile(IReadOnlyList<KeptEnding> Endings);

/// <summary>
/// endings.json in the work directory, replaced atomically with each change. Without it a restarted supervisor would start again
/// what had ended in good order: the scheduler leaves that ended until somebody orders a start, which brings another epoch.
/// </summary>
internal sealed partial class Endings(string path, ILogger<Endings> log)
{
    internal const int BytesMax = 16 * 1024 * 1024;

    private readonly ILogger _log = log;

    /// <summary>Reads the endings by name. A file that cannot be understood is logged and counts as none.</summary>
    public Dictionary<string, KeptEnding> Recall()
    {
        try
        {
            if (!Path.Exists(path))
            {
                return new(StringComparer.Ordinal);
            }

            if (RegularFile.TryReadAll(Path.GetDirectoryName(path)!, Path.GetFileName(path), BytesMax) is { } text
                && JsonSerializer.Deserialize(text, StatusJson.Default.EndingsFile) is { Endings: { } endings }
                && endings.All(IsWhole))
            {
                return endings.DistinctBy(e => e.Name, StringComparer.Ordinal).ToDictionary(e => e.Name, StringComparer.Ordinal);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or NotSupportedException)
        {
            // Said below, as what cannot be understood.
        }

        Unreadable(Codes.EndingsUnreadable, path);
        return new(StringComparer.Ordinal);
    }

    /// <summary>An old file that cannot be replaced is removed: it would keep ended what has been started since.</summary>
    public void Save(IReadOnlyList<KeptEnding> endings)
    {
        try
        {
            WorkDirectory.Replace(path, JsonSerializer.Serialize(new EndingsFile(endings), StatusJson.Default.EndingsFile));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            File.Delete(path);
            throw;
        }
    }

    private static bool IsWhole(KeptEnding? kept) => kept is { Name.Length: > 0, Epoch: >= 0, Command: not null }
        && (kept.Said is null || StatusFile.Broken(kept.Said) is null);

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "{Code} {File} cannot be understood: what had ended in good order before this start is started again")]
    private partial void Unreadable(string code, string file);
}
