using System.CommandLine;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Holdfast.Platform;
using Holdfast.Platform.Http;
using Holdfast.Platform.State.Archive;

namespace Holdfast.App.Operator;

/// <summary>
/// <c>holdfast upgrade begin|finish|rollback|status</c>: HA off, a proven backup, another version, every host Online, HA on.
/// Each step may be repeated.
/// </summary>
internal static class UpgradeCommands
{
    private const string Config = "/api/v1/ha/config";
    private static readonly TimeSpan OnlineMax = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    internal static Command Create() => new("upgrade", "Another version of a running installation, and back.")
    {
        Begin(), Finish(), Rollback(), Status(),
    };

    private static Command Begin()
    {
        var file = new Argument<string>("file") { Description = "Where the backup goes." };
        var command = new Command("begin", "Switch HA off, note T1, make a backup and read it back.") { file };
        var (running, store) = (Running.Add(command, withServer: true), BackupCommands.StoreOption());
        command.Add(store);
        command.SetAction((parsed, cancel) => Online(parsed, running, async http =>
        {
            var data = running.Data(parsed);
            var known = UpgradeRecord.Read(data) is { IsUnderWay: true } record ? record : null;
            if (known is null)
            {
                var config = await Get(http, Config, cancel);
                if (Overrides(config).FirstOrDefault() is { } still)
                {
                    return Refuse($"HA would stay on for {still}", "Switch it off there first, then begin again.");
                }

                var hosts = (await Hosts(http, cancel)).Where(h => h.State == "Online").Select(h => h.Host).ToList();
                known = new UpgradeRecord((bool?)config["enable"] == true, TimeProvider.System.GetUtcNow(), hosts);
                known.Write(data); // Before HA is switched off: whether it was on must not be lost.
            }

            await Switch(http, false, cancel);
            var path = Path.GetFullPath(parsed.GetValue(file)!);
            return await BackupCommands.With(data, parsed.GetValue(store), (archive, settings) =>
            {
                var written = BackupFile.Write(path, archive(), BackupCommands.Shown(settings), TimeProvider.System.GetUtcNow(), cancel);
                if (written.Fault is null)
                {
                    known = known with { Backup = path, Documents = written.Value!.Documents };
                    known.Write(data);
                }

                return Task.FromResult(written.Fault is { } fault ? HoldfastHost.Refuse(fault) : Print(known));
            }, cancel);
        }));
        return command;
    }

    private static Command Finish()
    {
        var command = new Command("finish", "Wait until every host is Online, switch HA on as it was, note T2.");
        var running = Running.Add(command, withServer: true);
        command.SetAction((parsed, cancel) => Online(parsed, running, async http =>
        {
            var data = running.Data(parsed);
            if (UpgradeRecord.Read(data) is not { IsUnderWay: true, Backup: not null } record)
            {
                return Refuse("no upgrade has been begun here", "holdfast upgrade begin FILE; holdfast upgrade status.");
            }

            var started = TimeProvider.System.GetTimestamp();
            while (await Missing(http, record, cancel) is { Count: > 0 } missing)
            {
                if (TimeProvider.System.GetElapsedTime(started) > OnlineMax)
                {
                    return Refuse($"not Online: {string.Join(", ", missing)}; HA stays off",
                        "Start their supervisors, then finish again; or stop everything and roll back.");
                }

                await Task.Delay(LookInterval, TimeProvider.System, cancel);
            }

            var refetch = (int?)(await Get(http, Config, cancel))["refetchStoreIntervalMin"] ?? 0;
            if (record.WasEnabled)
            {
                await Switch(http, true, cancel);
            }

            record = record with { T2 = TimeProvider.System.GetUtcNow() };
            record.Write(data);
            var off = Math.Ceiling((record.T2.Value - record.T1).TotalMinutes);
            var exit = Print(record);
            Console.WriteLine($"Stores that HA creates now start {refetch} + {off:0} min before (refetchStoreIntervalMin, and how long "
                + "HA was off): the store manager widens the window by itself");
            return exit;
        }));
        return command;
    }

    private static Command Rollback()
    {
        var (data, store) = BackupCommands.Places();
        var command = new Command("rollback", "Put the state of T1 back; everything must be stopped.") { data, store };
        command.SetAction((parsed, cancel) => BackupCommands.With(parsed.GetValue(data), parsed.GetValue(store), (archive, settings) =>
        {
            if (UpgradeRecord.Read(settings.DataDirectory) is not { IsUnderWay: true, Backup: { } backup } record)
            {
                return Task.FromResult(Refuse("no upgrade has been begun here", "holdfast upgrade status; holdfast restore."));
            }

            var exit = BackupCommands.RestoreInto(archive, settings, backup, replace: true, cancel);
            if (exit == 0)
            {
                record = record with { T3 = TimeProvider.System.GetUtcNow() };
                record.Write(settings.DataDirectory);
                exit = Print(record);
            }

            return Task.FromResult(exit);
        }, cancel));
        return command;
    }

    private static Command Status()
    {
        var command = new Command("status", "How far the upgrade has come.");
        var running = Running.Add(command);
        command.SetAction(parsed => UpgradeRecord.Read(running.Data(parsed)) is { } record
            ? Print(record)
            : Refuse("no upgrade has been begun here", "holdfast upgrade begin FILE."));
        return command;
    }

    private static async Task<int> Online(ParseResult parsed, Running running, Func<HttpClient, Task<int>> work)
    {
        var client = running.Client(parsed);
        if (client.Fault is { } fault)
        {
            return HoldfastHost.Refuse(fault);
        }

        using var http = client.Value!;
        try
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Order.TokenOf(running, parsed));
            return await work(http);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"{http.BaseAddress}: {error.Message}");
            return 1;
        }
    }

    private static async Task<JsonObject> Get(HttpClient http, string path, CancellationToken cancel) =>
        await http.GetFromJsonAsync<JsonObject>(path, cancel) ?? [];

    private static async Task<List<(string Host, string State)>> Hosts(HttpClient http, CancellationToken cancel)
    {
        var hosts = new List<(string, string)>();
        string? next = null;
        do
        {
            var page = await Get(http, "/api/v1/hosts?limit=1000" + (next is null ? "" : $"&cursor={Uri.EscapeDataString(next)}"), cancel);
            hosts.AddRange(page["items"]!.AsArray().Select(h => ((string)h!["host"]!, (string)h["state"]!)));
            next = (string?)page["next"];
        }
        while (next is not null);
        return hosts;
    }

    private static async Task<List<string>> Missing(HttpClient http, UpgradeRecord record, CancellationToken cancel)
    {
        var online = (await Hosts(http, cancel)).Where(h => h.State == "Online").Select(h => h.Host);
        return [.. record.Hosts.Except(online, StringComparer.Ordinal)];
    }

    private static async Task Switch(HttpClient http, bool on, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"{Config}?reason=upgrade")
        {
            Content = JsonContent.Create(new JsonObject { ["enable"] = on }),
        };
        request.Headers.Add("X-Holdfast-User", "upgrade");
        using var answer = await http.SendAsync(request, cancel);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Regions and tasks for which HA is on by an override of their own.</summary>
    internal static IEnumerable<string> Overrides(JsonObject config) =>
        from scope in config
        where scope.Value is JsonObject
        from one in scope.Value!.AsObject()
        where one.Value is JsonObject keys && keys["enable"]?.GetValueKind() == System.Text.Json.JsonValueKind.True
        select $"{scope.Key} {one.Key}";

    private static int Print(UpgradeRecord record)
    {
        foreach (var line in record.Say())
        {
            Console.WriteLine(line);
        }

        return 0;
    }

    private static int Refuse(string why, string workaround) =>
        HoldfastHost.Refuse(new Fault("PF-312", 409, "The upgrade cannot go on", why + ".", workaround));
}
