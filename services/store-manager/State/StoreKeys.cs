using System.Security.Cryptography;
using WireTicket = Holdfast.StoreWire.StoreTicket;

namespace Holdfast.StoreManager.State;

/// <summary>
/// The keys with which tickets of Stores are signed: each Store's is its own, made of one secret, so that all replicas know the same
/// keys, whenever they start. A Store gets its key with its configuration, its readers get tickets.
/// </summary>
internal sealed class StoreKeys(IDocuments<StoreSecret> secrets)
{
    private const int SecretBytes = 32;

    private volatile byte[]? _secret;

    /// <summary>The first replica makes it; all take the one that is there then.</summary>
    internal async Task Load(CancellationToken cancel)
    {
        if (_secret is not null)
        {
            return;
        }

        if (await secrets.Find(StoreSecret.Only, cancel) is null)
        {
            await secrets.Insert(new StoreSecret(StoreSecret.Only,
                Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes))), cancel);
        }

        var kept = await secrets.Find(StoreSecret.Only, cancel)
            ?? throw new StateUnavailableException("The secret of the Stores' keys is gone again.");
        _secret = Convert.FromHexString(kept.Document.Secret);
    }

    /// <summary>A ticket for a task, good from now on for its life; null: the state was not read yet.</summary>
    internal string? Ticket(string store, string subtopic, string task, DateTimeOffset now) =>
        Key(store) is { } key ? WireTicket.Issue(key, store, subtopic, task, now + WireTicket.Life) : null;

    /// <summary>A Store's configuration with the control plane's own part; null: it has none, and none is made for it.</summary>
    internal string? WithKey(string? config, string store) =>
        config is not null && Key(store) is { } key ? OwnPart.Added(config, Convert.ToHexStringLower(key)) : config;

    private byte[]? Key(string store) => _secret is { } secret
        ? HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"ticket key of Store {store}"))
        : null;
}

/// <summary>The control plane's part of a configuration. Pure.</summary>
internal static class OwnPart
{
    /// <summary>The object with this part as its last member; what was given stays as it was written.</summary>
    /// <param name="config">A JSON object without blanks around it, which has no such member.</param>
    /// <param name="key">Hexadecimal digits.</param>
    internal static string Added(string config, string key)
    {
        var part = $"\"holdfast\":{{\"ticketKey\":\"{key}\"}}}}";
        return config.TrimEnd()[..^1].TrimEnd() is var open && open.EndsWith('{') ? open + part : $"{open},{part}";
    }
}
