using Holdfast.App.Processes;
using Holdfast.Platform.State;
using Holdfast.Platform.State.Archive;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.App.Operator;

/// <summary>
/// <c>holdfast backup FILE</c> and <c>holdfast restore FILE</c>: all services' state, from any store into any store.
/// </summary>
internal static class BackupCommands
{
    private static readonly Argument<string> FileName = new("file") { Description = "The backup." };

    internal static IEnumerable<Command> Create() => [Backup(), Restore()];

    private static Command Backup()
    {
        var (data, store) = Places();
        var bare = WithoutSecrets("Channels' and sources' secrets, and what was sealed besides, are left out.");
        var command = new Command("backup", "Write all state to a file, in one consistent piece, and read it back. Sealed secrets stay "
            + "sealed: keep the key file apart from it.") { FileName, data, store, bare };
        command.SetAction((parsed, cancel) => With(parsed.GetValue(data), parsed.GetValue(store), (archive, settings) =>
        {
            if (NoFile(settings) is { } missing)
            {
                return Task.FromResult(Asking.Refuse(missing));
            }

            var path = Path.GetFullPath(parsed.GetValue(FileName)!);
            var whole = archive();
            return Task.FromResult(Print(
                BackupFile.Write(path,
                    parsed.GetValue(bare) ? new WithoutSecretsArchive(whole, SecretCommands.Collections(settings)) : whole,
                    Shown(settings), TimeProvider.System.GetUtcNow(), cancel), $"wrote {path}"));
        }, cancel));
        return command;
    }

    private static Command Restore()
    {
        var (data, store) = Places();
        var replace = new Option<bool>("--replace") { Description = "What the store has goes." };
        var bare = WithoutSecrets("Secrets of the backup are left out: without the key that sealed them they are of no use.");
        var key = SecretCommands.KeyOption();
        var command = new Command("restore", "Put a backup into a store; all services on it must be stopped.")
            { FileName, data, store, replace, bare, key };
        command.SetAction((parsed, cancel) => With(parsed.GetValue(data), parsed.GetValue(store), (archive, settings) =>
        {
            var path = Path.GetFullPath(parsed.GetValue(FileName)!);
            return Task.FromResult(RestoreInto(archive, settings, path, parsed.GetValue(replace), parsed.GetValue(bare), cancel));
        }, cancel, parsed.GetValue(key)));
        return command;
    }

    private static Option<bool> WithoutSecrets(string description) => new("--without-secrets") { Description = description
        + " Channels are switched off, configurations are to be given anew." };

    internal static int RestoreInto(
        Func<IStateArchive> archive, Settings settings, string path, bool replace, bool bare, CancellationToken cancel)
    {
        var contents = BackupFile.Check(path, cancel);
        var held = RunLock.Take(settings.DataDirectory);
        using var holding = held.Value;
        if ((contents.Fault ?? held.Fault) is { } fault)
        {
            return Asking.Refuse(fault);
        }

        if (!bare && SecretCommands.WhyNotOpened(path, settings, cancel) is { } sealedBy)
        {
            return HoldfastHost.Refuse(sealedBy);
        }

        var collections = bare ? SecretCommands.Collections(settings) : null;
        archive().WriteAll(BackupFile.Read(path, cancel)
            .Select(document => collections is null ? document : SecretCommands.Without(collections, document)).OfType<ArchivedDocument>(),
            replace, cancel);
        return Print(contents, $"restored into {Shown(settings)}");
    }

    /// <summary>
    /// A restore over the state that came of the backup's. Epochs that were handed out meanwhile are not handed out again. When it is
    /// done, nothing that runs under one of them runs any more.
    /// </summary>
    internal static async Task<int> PutBack(
        Func<IStateArchive> archive, Settings settings, string path, TimeSpan mayRun, CancellationToken cancel)
    {
        var contents = BackupFile.Check(path, cancel);
        var held = RunLock.Take(settings.DataDirectory);
        using var holding = held.Value;
        if ((contents.Fault ?? held.Fault) is { } fault)
        {
            return Asking.Refuse(fault);
        }

        var since = new HandedOut();
        archive().ReadAll(since.See, cancel);
        since.Compare(BackupFile.Read(path, cancel));
        if (since.Raised > 0)
        {
            Console.WriteLine($"{since.Raised} component(s) were placed or started since: waiting {mayRun.TotalSeconds:0} s, until no "
                + "host runs what it was given; they get higher epochs");
            await Task.Delay(mayRun, TimeProvider.System, cancel);
        }

        archive().WriteAll(BackupFile.Read(path, cancel).Select(since.Raise), replace: true, cancel);
        return Print(contents, $"restored into {Shown(settings)}");
    }

    internal static (Option<string> Data, Option<string> Store) Places() => (
        new Option<string>("--data") { Description = "Data directory of the installation. [HOLDFAST_DATA, else data]" },
        StoreOption());

    internal static Option<string> StoreOption() =>
        new("--store") { Description = "Its store, as run has it. [HOLDFAST_STORE, else holdfast.db in the data directory]" };

    internal static async Task<int> With(string? data, string? store,
        Func<Func<IStateArchive>, Settings, Task<int>> work, CancellationToken cancel, string? secretsKey = null)
    {
        List<string> given = [];
        given.AddRange(data is null ? [] : [$"--data={data}"]);
        given.AddRange(store is null ? [] : [$"--store={store}"]);
        given.AddRange(secretsKey is null ? [] : [$"--secrets-key={secretsKey}"]);
        var read = Settings.Read(given);
        if ((read.Fault ?? HoldfastHost.CheckData(read.Value!) ?? StoreRegistration.Check(read.Value!.Store)) is { } fault)
        {
            return HoldfastHost.Refuse(fault);
        }

        await using var services = new ServiceCollection().AddLogging().AddState(read.Value!).BuildServiceProvider();
        try
        {
            // A file is created when it is first asked for.
            if (read.Value!.Store is { SqliteFile: null })
            {
                await services.GetRequiredService<IDocumentStore>().Ready(cancel);
            }

            return await work(() => (IStateArchive)services.GetRequiredService<IDocumentStore>(), read.Value!);
        }
        catch (StateRefusedException refused)
        {
            return Asking.Refuse(refused.Fault);
        }
        catch (StateUnavailableException away)
        {
            return Asking.Refuse(new Fault("PF-301", 503, "The state store does not answer", away.Message,
                "Look at the store, then try again."));
        }
    }

    /// <summary>A backup must not create the file that it is to be made of.</summary>
    internal static Fault? NoFile(Settings settings) =>
        settings.Store is { SqliteFile: null } || File.Exists(SqliteFile(settings))
            ? null
            : new Fault("PF-310", 409, "Nothing to back up", $"There is no {SqliteFile(settings)}.",
                "Name the store and the data directory of the installation.");

    private static string SqliteFile(Settings settings) =>
        settings.Store?.SqliteFile ?? Path.Combine(settings.DataDirectory, "holdfast.db");

    internal static string Shown(Settings settings) => settings.Store?.ToString() ?? SqliteFile(settings);

    private static int Print(Outcome<BackupContents> outcome, string what)
    {
        if (outcome.Fault is { } fault)
        {
            return Asking.Refuse(fault);
        }

        Console.WriteLine($"{what}: {outcome.Value!.Documents} documents of {outcome.Value.From}, "
            + $"as they were at {Iso.Seconds(outcome.Value.At)}");
        foreach (var (name, count) in outcome.Value.Collections)
        {
            Console.WriteLine($"  {count,8}  {name}");
        }

        return 0;
    }
}
