using System.Security.Cryptography;

namespace Holdfast.ConsoleUi.Access;

/// <summary>Whether a password is right.</summary>
/// <param name="Renewed">The same password as it is kept today; null: it is kept so already, or it is wrong.</param>
internal sealed record PasswordVerdict(bool IsRight, string? Renewed);

/// <summary>Passwords as they are kept: PBKDF2 with SHA-256, a salt of its own each. Pure, save for the salt.</summary>
internal static class Passwords
{
    internal const int LengthMin = 10;
    internal const int LengthMax = 200;
    internal const int Rounds = 600_000;
    private const int SaltBytes = 16;
    private const int KeyBytes = 32;

    /// <summary>Nobody's: no password comes to nothing but zeros.</summary>
    private static readonly string Nobody = Text(new byte[SaltBytes], Rounds, new byte[KeyBytes]);

    internal static string Hash(string password) => Hash(password, RandomNumberGenerator.GetBytes(SaltBytes), Rounds);

    /// <summary>
    /// Takes as long when there is nothing to compare with, or what there is was made with fewer rounds: time does not tell who exists.
    /// </summary>
    internal static PasswordVerdict Check(string password, string? kept)
    {
        var parts = (kept ?? Nobody).Split('$');
        var rounds = int.Parse(parts[1], CultureInfo.InvariantCulture);
        var made = Hash(password, Convert.FromBase64String(parts[2]), rounds);
        var isRight = CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(made), Encoding.ASCII.GetBytes(kept ?? Nobody))
            && kept is not null;
        if (isRight)
        {
            return new PasswordVerdict(true, rounds == Rounds ? null : Hash(password));
        }

        if (rounds < Rounds)
        {
            _ = Hash(password, new byte[SaltBytes], Rounds - rounds);
        }

        return new PasswordVerdict(false, null);
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

    internal static string Hash(string password, byte[] salt, int rounds) =>
        Text(salt, rounds, Rfc2898DeriveBytes.Pbkdf2(password, salt, rounds, HashAlgorithmName.SHA256, KeyBytes));

    private static string Text(byte[] salt, int rounds, byte[] key) => string.Create(CultureInfo.InvariantCulture,
        $"pbkdf2${rounds}${Convert.ToBase64String(salt)}${Convert.ToBase64String(key)}");
}
