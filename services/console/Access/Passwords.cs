using System.Globalization;
using System.Security.Cryptography;

namespace Holdfast.ConsoleUi.Access;

/// <summary>Passwords as they are kept: PBKDF2 with SHA-256, a salt of its own each. Pure, save for the salt.</summary>
internal static class Passwords
{
    internal const int LengthMin = 10;
    internal const int LengthMax = 200;
    private const int Rounds = 400_000;
    private const int SaltBytes = 16;
    private const int KeyBytes = 32;

    internal static string Hash(string password) => Hash(password, RandomNumberGenerator.GetBytes(SaltBytes), Rounds);

    /// <summary>Takes as long when there is nothing to compare with: time does not tell who exists.</summary>
    internal static bool Matches(string password, string? kept)
    {
        var parts = (kept ?? Nobody).Split('$');
        var same = CryptographicOperations.FixedTimeEquals(
            System.Text.Encoding.ASCII.GetBytes(Hash(password, Convert.FromBase64String(parts[2]),
                int.Parse(parts[1], CultureInfo.InvariantCulture))),
            System.Text.Encoding.ASCII.GetBytes(kept ?? Nobody));
        return same && kept is not null;
    }

    /// <summary>The rule that a new password breaks; null: none.</summary>
    internal static string? Broken(string password, string name) =>
        password.Length is < LengthMin or > LengthMax ? $"must have {LengthMin} to {LengthMax} characters"
        : password.Contains(name, StringComparison.OrdinalIgnoreCase) ? "must not hold the user's name"
        : password.Distinct().Count() < 5 ? "must have at least 5 different characters"
        : null;

    /// <summary>All rules of a password, in a sentence.</summary>
    internal static string Rule { get; } = string.Create(CultureInfo.InvariantCulture,
        $"must have {LengthMin} to {LengthMax} characters, 5 different ones among them, and not hold the user's name");

    private static readonly string Nobody = Hash("", new byte[SaltBytes], Rounds);

    private static string Hash(string password, byte[] salt, int rounds) => string.Create(CultureInfo.InvariantCulture,
        $"pbkdf2${rounds}${Convert.ToBase64String(salt)}${Convert.ToBase64String(
            Rfc2898DeriveBytes.Pbkdf2(password, salt, rounds, HashAlgorithmName.SHA256, KeyBytes))}");
}
