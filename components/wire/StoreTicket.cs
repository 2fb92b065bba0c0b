using System.Security.Cryptography;

namespace Holdfast.StoreWire;

/// <summary>
/// A ticket says that a task may begin to read a Store of a subtopic until a moment:
/// <c>store|subtopic|task|unix seconds|HMAC-SHA256</c>, the first three percent-encoded. It opens connections and is worth nothing to a
/// connection that is open. The Store and the control plane know the key, the consumer does not.
/// </summary>
public static class StoreTicket
{
    /// <summary>Time for which a ticket is valid.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The most by which the clock of who issues may be ahead of the Store's, or behind it. A ticket that is valid for longer than life and
    /// this was issued by a clock that is wrong, or never by us.
    /// </summary>
    public static readonly TimeSpan ClockSkewMax = TimeSpan.FromSeconds(30);

    /// <summary>Keys are this long at least.</summary>
    public const int KeyBytesMin = 32;

    private const int Parts = 4;

    /// <summary>A ticket until a moment.</summary>
    public static string Issue(ReadOnlySpan<byte> key, string store, string subtopic, string task, DateTimeOffset until)
    {
        var said = string.Create(CultureInfo.InvariantCulture,
            $"{Escape(store)}|{Escape(subtopic)}|{Escape(task)}|{until.ToUnixTimeSeconds()}");
        return $"{said}|{Convert.ToHexStringLower(Sign(key, said))}";
    }

    /// <summary>Says why a ticket is not valid for this Store and task now; null: it is.</summary>
    /// <param name="key">The Store's.</param>
    /// <param name="ticket">As it came.</param>
    /// <param name="store">The Store.</param>
    /// <param name="subtopic">Subtopic of the Store.</param>
    /// <param name="task">The task that reads; null: whichever the ticket names.</param>
    /// <param name="now">The Store's clock.</param>
    public static string? Fault(
        ReadOnlySpan<byte> key, string ticket, string store, string subtopic, string? task, DateTimeOffset now)
    {
        var end = ticket.LastIndexOf('|');
        if (end < 0)
        {
            return ticket.Length == 0 ? "there is none" : "it is no ticket";
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
            return "its signature is not by this Store's key";
        }

        var parts = said.Split('|');
        return parts.Length != Parts || !long.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out var until)
            ? "it is no ticket"
            : Uri.UnescapeDataString(parts[0]) != store ? "it is for another Store"
            : Uri.UnescapeDataString(parts[1]) != subtopic ? "it is for another subtopic"
            : task is not null && Uri.UnescapeDataString(parts[2]) != task ? "it is for another task"
            : Late(until - now.ToUnixTimeSeconds());
    }

    private static string? Late(long left) =>
        left < -(long)ClockSkewMax.TotalSeconds ? $"it was good until {-left} s ago by this Store's clock"
        : left > (long)(Life + ClockSkewMax).TotalSeconds
            ? $"it is good for {left} s more by this Store's clock, {Life.TotalSeconds:0} s are the most: clocks differ"
        : null;

    private static string Escape(string text) => Uri.EscapeDataString(text);

    private static byte[] Sign(ReadOnlySpan<byte> key, string said) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(said));
}
