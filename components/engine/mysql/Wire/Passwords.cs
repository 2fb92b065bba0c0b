using System.Security.Cryptography;

namespace Holdfast.Engine.MySql.Wire;

/// <summary>The text that is shown instead of a password.</summary>
internal static class Passwords
{
    internal const string Native = "mysql_native_password";
    internal const string CachingSha2 = "caching_sha2_password";
    internal const string Clear = "mysql_clear_password";

    /// <summary>The first answer to a server's nonce; null: the plugin is not known.</summary>
    internal static byte[]? Answer(string plugin, string password, ReadOnlySpan<byte> nonce) => plugin switch
    {
        Native => password.Length == 0 ? [] : OfNative(password, nonce),
        CachingSha2 => password.Length == 0 ? [] : OfCachingSha2(password, nonce),
        _ => null,
    };

    /// <summary>The password with a zero behind it, as it goes through TLS.</summary>
    internal static byte[] Plain(string password) => [.. Encoding.UTF8.GetBytes(password), 0];

    /// <summary>The password, mixed with the nonce and closed with the server's key: without TLS nobody reads it on the way.</summary>
    internal static byte[] Encrypted(string password, ReadOnlySpan<byte> nonce, string pem)
    {
        var plain = Plain(password);
        for (var i = 0; i < plain.Length; i++)
        {
            plain[i] ^= nonce[i % nonce.Length];
        }

        using var rsa = RSA.Create();
        rsa.ImportFromPem(pem);
        return rsa.Encrypt(plain, RSAEncryptionPadding.OaepSHA1);
    }

#pragma warning disable CA5350 // The protocol's own digest.
    private static byte[] OfNative(string password, ReadOnlySpan<byte> nonce)
    {
        var first = SHA1.HashData(Encoding.UTF8.GetBytes(password));
        byte[] mixed = [.. nonce, .. SHA1.HashData(first)];
        return Xor(first, SHA1.HashData(mixed));
    }
#pragma warning restore CA5350

    private static byte[] OfCachingSha2(string password, ReadOnlySpan<byte> nonce)
    {
        var first = SHA256.HashData(Encoding.UTF8.GetBytes(password));
        byte[] mixed = [.. SHA256.HashData(first), .. nonce];
        return Xor(first, SHA256.HashData(mixed));
    }

    private static byte[] Xor(byte[] a, byte[] b)
    {
        for (var i = 0; i < a.Length; i++)
        {
            a[i] ^= b[i];
        }

        return a;
    }
}
