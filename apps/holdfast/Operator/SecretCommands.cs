using Holdfast.App.Services;
using Holdfast.Platform.State.Archive;
using Holdfast.Platform.State.Sealing;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.App.Operator;

/// <summary><c>holdfast secrets</c>: with which keys the secrets in a store are sealed; and what a backup does with them.</summary>
internal static class SecretCommands
{
    internal static Option<string> KeyOption() =>
        new("--secrets-key")
            { Description = "Its key file, as run has it. [HOLDFAST_SECRETS_KEY, else secrets.key in the data directory]" };

    internal static Command Create()
    {
        var (data, store) = BackupCommands.Places();
        var key = KeyOption();
        var command = new Command("secrets",
            "Show with which keys the secrets in the store are sealed: one that seals none may leave the file.") { data, store, key };
        command.SetAction((parsed, cancel) => BackupCommands.With(parsed.GetValue(data), parsed.GetValue(store), (archive, settings) =>
        {
            var keys = SecretKeys.Load(settings);
            if ((keys.Fault ?? BackupCommands.NoFile(settings)) is { } fault)
            {
                return Task.FromResult(HoldfastHost.Refuse(fault));
            }

            var count = new Dictionary<string, int>(StringComparer.Ordinal);
            var collections = Collections(settings);
            archive().ReadAll(document =>
            {
                foreach (var id in StoredKeys(collections, document))
                {
                    count[id ?? ""] = count.GetValueOrDefault(id ?? "") + 1;
                }
            }, cancel);
            Tables.Print([["key", "in the file", "secrets"], .. Rows(keys.Value!.Ids, count)]);
            return Task.FromResult(count.Keys.Any(id => id.Length > 0 && !keys.Value.Ids.Contains(id, StringComparer.Ordinal)) ? 1 : 0);
        }, cancel, parsed.GetValue(key)));
        return command;
    }

    /// <summary>Null: each secret of the backup can be opened, or stands there plain.</summary>
    internal static Fault? WhyNotOpened(string path, Settings settings, CancellationToken cancel)
    {
        var keys = SecretKeys.Load(settings);
        var collections = Collections(settings);
        var missing = keys.Fault is not null ? [] : BackupFile.Read(path, cancel).SelectMany(document => StoredKeys(collections, document))
            .OfType<string>().Except(keys.Value!.Ids, StringComparer.Ordinal).ToList();
        return keys.Fault ?? (missing.Count == 0 ? null : new Fault("PF-313", 409, "A key of the backup's secrets is missing",
            $"{path} has secrets that are sealed with {string.Join(", ", missing)}, which no key of the file given is.",
            "Give the key file of the installation that the backup is of (--secrets-key), or restore it with --without-secrets."));
    }

    internal static IReadOnlyDictionary<string, SecretCollection> Collections(Settings settings)
    {
        var services = new ServiceCollection();
        foreach (var module in ServiceModules.All())
        {
            module.AddServices(services, settings);
        }

        return services.Where(s => !s.IsKeyedService).Select(s => s.ImplementationInstance).OfType<SecretCollection>()
            .ToDictionary(s => s.Name, StringComparer.Ordinal);
    }

    /// <summary>The document without its secrets; null: nothing is left of it.</summary>
    internal static ArchivedDocument? Without(IReadOnlyDictionary<string, SecretCollection> collections, ArchivedDocument document) =>
        collections.GetValueOrDefault(document.Collection) is not { } secret ? document
            : secret.Without(document.Json) is { } json ? document with { Json = json } : null;

    private static IEnumerable<string?> StoredKeys(IReadOnlyDictionary<string, SecretCollection> collections, ArchivedDocument document) =>
        collections.GetValueOrDefault(document.Collection)?.Stored(document.Json).Select(SecretCollection.KeyOf) ?? [];

    private static IEnumerable<string[]> Rows(IReadOnlyList<string> ids, Dictionary<string, int> count) =>
        ids.Concat(count.Keys.Order(StringComparer.Ordinal)).Distinct(StringComparer.Ordinal).Select(id => (string[])
        [
            id.Length == 0 ? "none: plain" : id,
            ids.Count > 0 && ids[0] == id ? "first: seals" : ids.Contains(id, StringComparer.Ordinal) ? "opens"
                : id.Length == 0 ? "" : "MISSING",
            count.GetValueOrDefault(id).ToString(CultureInfo.InvariantCulture),
        ]);
}

/// <summary>A store as a backup without secrets reads it.</summary>
internal sealed class WithoutSecretsArchive(IStateArchive archive, IReadOnlyDictionary<string, SecretCollection> collections)
    : IStateArchive
{
    public void ReadAll(Action<ArchivedDocument> each, CancellationToken cancel) => archive.ReadAll(document =>
    {
        if (SecretCommands.Without(collections, document) is { } left)
        {
            each(left);
        }
    }, cancel);

    public IReadOnlyDictionary<string, int> Schemas(CancellationToken cancel) => archive.Schemas(cancel);

    public void WriteAll(IEnumerable<ArchivedDocument> documents, bool replace, CancellationToken cancel) =>
        archive.WriteAll(documents, replace, cancel);
}
