namespace Holdfast.Platform.State.Sealing;

/// <summary>The secrets of a collection's documents.</summary>
/// <param name="Each">The document with each of its secrets as the function makes it.</param>
/// <param name="Without">The document as it may leave the installation; null: nothing is left of it.</param>
public sealed record SecretFields<T>(Func<T, Func<string, string>, T> Each, Func<T, T?> Without) where T : class;

/// <summary>The same of documents as a backup has them; each module declares its own (<see cref="DocumentRegistration"/>).</summary>
/// <param name="Name">The collection's name.</param>
/// <param name="Stored">Its secrets, as they are stored.</param>
/// <param name="Without">The document without them; null: nothing is left of it.</param>
public sealed record SecretCollection(string Name, Func<byte[], IReadOnlyList<string>> Stored, Func<byte[], byte[]?> Without)
{
    /// <summary>The id of the key that has sealed a stored secret; null: none has.</summary>
    public static string? KeyOf(string stored) => SecretKeys.KeyOf(stored);
}
