using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Holdfast.StoreWire;

/// <summary>
/// A ticket says that a task may begin to read a subtopic until a moment: <c>subtopic|task|unix seconds|HMAC-SHA256</c>, the first two
/// percent-encoded. It opens a connection and is worth nothing afterwards; the Store knows the key, the consumer does not.
/// </summary>
public static class StoreTicket
{
    /// <summary>How long one is good.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(60);

    /// <summary>Keys are this long at least.</summary>
    public const int KeyBytesMin = 32;

    /// <summary>A ticket until a moment.</summary>
    public static string Issue(ReadOnlySpan<byte> key, string subtopic, string task, DateTimeOffset until)
    {
        var said = string.Create(CultureInfo.InvariantCulture,
            $"{Uri.EscapeDataString(subtopic)}|{Uri.EscapeDataString(task)}|{until.ToUnixTimeSeconds()}");
        return $"{said}|{Convert.ToHexStringLower(Sign(key, said))}";
    }

    /// <summary>Why a ticket is none for this subtopic and task now; null: it is good.</summary>
    public static string? Fault(ReadOnlySpan<byte> key, string ticket, string subtopic, string task, DateTimeOffset now)
    {
        var end = ticket.LastIndexOf('|');
        if (end < 0)
        {
            return "it is no ticket";
        }

        var said = ticket[..end];
        byte[] sign;
        try
        {
            sign = Convert.FromHexString(ticket.AsSpan(end + 1));
        }
        catch (FormatException)
        {
            return "it is no ticket";
        }

        if (!CryptographicOperations.FixedTimeEquals(sign, Sign(key, said)))
        {
            return "its signature is not this fleet's";
        }

        var parts = said.Split('|');
        if (parts.Length != 3 || !long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var until))
        {
            return "it is no ticket";
        }

        return Uri.UnescapeDataString(parts[0]) != subtopic ? "it is for another subtopic"
            : Uri.UnescapeDataString(parts[1]) != task ? "it is for another task"
            : now.ToUnixTimeSeconds() > until
                ? "it was good until " + DateTimeOffset.FromUnixTimeSeconds(until).ToString("O", CultureInfo.InvariantCulture)
            : null;
    }

    private static byte[] Sign(ReadOnlySpan<byte> key, string said) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(said));
}
