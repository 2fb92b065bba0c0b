using System.Security.Cryptography;

namespace Holdfast.Engine.Postgres.Capture;

/// <summary>
/// Names of what this engine makes at a source. A publication is a database's, a slot the whole server's: its name says which database it
/// is of.
/// </summary>
internal static class CaptureNames
{
    /// <summary>The tables whose changes are captured.</summary>
    internal const string Publication = "holdfast";

    /// <summary>Prefix of the messages that this engine writes into the source's log.</summary>
    internal const string Beat = "holdfast.beat";

    /// <summary>Prefix of a message whose text is a barrier's number.</summary>
    internal const string Barrier = "holdfast.barrier";

    /// <summary>Each slot's name begins with it.</summary>
    internal const string Slots = "holdfast_";

    private const int ReadableMax = 30;

    /// <summary>The slot that keeps the past for readers that begin in it.</summary>
    internal static string Retainer(uint database) => string.Create(CultureInfo.InvariantCulture, $"{Slots}{database}");

    /// <summary>The slot of one reader. Letters that a slot's name may not have make room for a hash of the whole name.</summary>
    internal static string Slot(uint database, string reader)
    {
        var plain = new string([.. reader.Select(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_' ? c : '_')]);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(reader))[..6]);
        var name = plain == reader && reader.Length is > 0 and <= ReadableMax ? plain
            : $"{plain[..Math.Min(plain.Length, ReadableMax)]}_{hash}";
        return $"{Retainer(database)}_{name}";
    }
}
