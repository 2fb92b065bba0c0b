using System.Net;
using Holdfast.App.Fleet;
using Holdfast.App.Processes;
using Holdfast.App.Separate;
using Holdfast.Samples.Shop;

namespace Holdfast.App.Shop;

/// <summary>The pace of the sample shop.</summary>
/// <param name="Rate">Transactions a second.</param>
/// <param name="Connections">Over which they come.</param>
internal sealed record ShopOptions(int Rate, int Connections)
{
    internal const int UsualRate = 20;
    internal const int UsualConnections = 4;
}

/// <summary>
/// The sample shop of a run (<c>./run --demo shop</c>): its servers, its tasks, and the load on its sources. The databases are made empty
/// on both sides, with the capture, before the tasks; the load comes last, so that a sink lacks nothing.
/// </summary>
internal sealed class ShopDemo(string data, ShopOptions options, Children children, TimeProvider time)
{
    private const string LoadName = "shop-load";

    private static readonly TimeSpan LoadGrace = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MakingMax = TimeSpan.FromSeconds(60);

    /// <summary>Its end takes no longer.</summary>
    internal static readonly TimeSpan StopMax = LoadGrace + ShopServers.StopGrace;

    private readonly ShopServers _servers = new(data, children, time);
    private Task<Outcome<ShopPlace>>? _starting;
    private PartKeeper? _load;
    private Task _loading = Task.CompletedTask;

    private string MadeFile => Path.Combine(ShopServer.Folder(data), "made.json");

    /// <summary>Servers take seconds to start: they do so beside the services.</summary>
    internal void Begin(CancellationToken stopping) => _starting = Task.Run(() => _servers.Start(stopping), CancellationToken.None);

    /// <summary>Makes the databases and the tasks where they are not there, and lets the load begin.</summary>
    /// <param name="http">With a token.</param>
    /// <param name="tasks">Makes tasks; null: none are to be made.</param>
    /// <param name="stopping">Gives up.</param>
    /// <returns>Why there is no shop, or not all of it; null: all is well, or the run ends.</returns>
    internal async Task<Fault?> Serve(
        HttpClient http, Func<IReadOnlyList<DemoTask>, SampleTasks>? tasks, CancellationToken stopping)
    {
        try
        {
            return await Open(http, tasks, stopping);
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException or IOException)
        {
            return stopping.IsCancellationRequested ? null : Incomplete(error.Message);
        }
    }

    private async Task<Fault?> Open(
        HttpClient http, Func<IReadOnlyList<DemoTask>, SampleTasks>? tasks, CancellationToken stopping)
    {
        var started = await _starting!;
        if (started.Fault is { } fault || stopping.IsCancellationRequested)
        {
            return stopping.IsCancellationRequested ? null : started.Fault;
        }

        var place = started.Value!;
        var shown = ShopTask.In(data);
        var made = JsonFile.Read<Made>(MadeFile);
        var isAnew = made is null || made.IsComplete && tasks is not null && !await AnyIsThere(http, shown, stopping);
        if (isAnew && await Make(place, stopping) is { } notMade)
        {
            return stopping.IsCancellationRequested ? null : notMade;
        }

        made = isAnew ? new Made(time.GetUtcNow().ToUnixTimeSeconds() + 1, IsComplete: false) : made!;
        JsonFile.Write(MadeFile, made);
        if (tasks is not null)
        {
            if (await tasks(shown).CreateAll(made.IsComplete ? null : made.Start, stopping) is { } refused)
            {
                return stopping.IsCancellationRequested ? null : Incomplete(refused);
            }

            JsonFile.Write(MadeFile, made with { IsComplete = true });
            await Forget(place, await SampleTasks.Stores(http, stopping), stopping);
        }

        Say(place, tasks is null ? [] : shown);
        _load = new PartKeeper(new Part(new ChildSpec(LoadName,
            [.. ShopProgram.Command, "load", place.Folder, Text(options.Rate), Text(options.Connections)], Log(LoadName)), TimeSpan.Zero,
            _ => Task.FromResult(true)), children, time);
        _loading = _load.Keep(stopping);
        return null;
    }

    /// <summary>Before the hosts of the fleet.</summary>
    internal async Task StopLoad()
    {
        await (_load?.Stop(LoadGrace) ?? Task.CompletedTask);
        await _loading;
    }

    /// <summary>After them: they write until they end.</summary>
    internal async Task StopServers()
    {
        if (_starting is not null)
        {
            await ((Task)_starting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await _servers.Stop();
    }

    private static Fault Incomplete(string why) =>
        new("DP-433", 500, "The shop's tasks are not complete", why, "Start the run once more");

    private static async Task<bool> AnyIsThere(HttpClient http, IReadOnlyList<ShopTask> tasks, CancellationToken cancel)
    {
        foreach (var task in tasks)
        {
            using var found = await http.GetAsync($"/api/v1/tasks/{task.Id}", cancel);
            if (found.StatusCode != HttpStatusCode.NotFound)
            {
                return true;
            }
        }

        return false;
    }

    private async Task<Fault?> Make(ShopPlace place, CancellationToken stopping)
    {
        Console.WriteLine("  the shop's databases are made …");
        await _servers.EmptyKafka(place);
        for (var started = time.GetTimestamp(); ;)
        {
            if (await Run("shop-make", ["make", place.Folder], stopping) || stopping.IsCancellationRequested)
            {
                return null;
            }

            // A server answers before it takes anybody.
            if (time.GetElapsedTime(started) > MakingMax)
            {
                return new Fault("DP-431", 500, "The shop's databases are not made", $"{LastWords("shop-make")}",
                    $"Read {Log("shop-make")} and the servers' logs beside it; start the run once more");
            }

            await Task.Delay(Retry, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>A Store that is gone for good left its slot at PostgreSQL, which would keep its log for it without end.</summary>
    private async Task Forget(ShopPlace place, IReadOnlyCollection<string>? stores, CancellationToken stopping)
    {
        if (place.Postgres is not null && stores is { Count: > 0 } && !await Run("shop-keep", ["keep", place.Folder, .. stores], stopping)
            && !stopping.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync($"Slots of Stores that are gone were not looked at: {LastWords("shop-keep")}");
        }
    }

    private async Task<bool> Run(string name, IReadOnlyList<string> arguments, CancellationToken stopping)
    {
        using var process = children.Start(new ChildSpec(name, [.. ShopProgram.Command, .. arguments], Log(name)));
        await process.WaitForExitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return process is { HasExited: true, ExitCode: 0 };
    }

    private void Say(ShopPlace place, IReadOnlyList<ShopTask> tasks)
    {
        var servers = new List<string>();
        servers.AddRange(place.Postgres is { } postgres ? [$"PostgreSQL 127.0.0.1:{postgres}"] : Array.Empty<string>());
        servers.AddRange(place.MariaDb is { } maria ? [$"MariaDB 127.0.0.1:{maria}"] : Array.Empty<string>());
        Console.WriteLine($"  shop: {string.Join(", ", servers)}, and 127.0.0.1:{place.Kafka}, which stands in for Kafka and is none");
        var shown = string.Join("; ", tasks.Select(t => $"{t.Id} ({Spoken(t.From)} to {Spoken(t.To)})"));
        Console.WriteLine($"  tasks: {(tasks.Count > 0 ? shown : "none are made, and the sources' changes are captured for yours")}");
        if (place.Postgres is null || place.MariaDb is null)
        {
            var (missing, package, lacks) = place.Postgres is null
                ? ("PostgreSQL", "postgresql", "the shop itself and its copies: only the warehouse's events are shown")
                : ("MariaDB", "mariadb-server", "the copy of the shop and the warehouse: only the shop's events are shown");
            Console.WriteLine($"  {missing} is not installed, so this shop lacks {lacks}. As root: apt-get install {package}, and "
                + "--data of another directory");
        }

        Console.WriteLine(
            $"  load: {Text(options.Rate)} transactions a second over {Text(options.Connections)} connections, {Log(LoadName)}");
    }

    private static string Spoken(ShopEngine engine) => engine switch
    {
        ShopEngine.Postgres => "PostgreSQL",
        ShopEngine.MariaDb => "MariaDB",
        ShopEngine.Kafka => "the stand-in",
        _ => throw new ArgumentOutOfRangeException(nameof(engine), engine, null),
    };

    private string LastWords(string name) => File.Exists(Log(name)) ? File.ReadLines(Log(name)).LastOrDefault() ?? "" : "";

    private string Log(string name) => Path.Combine(data, "logs", $"{name}.log");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>{data}/shop/made.json.</summary>
    /// <param name="Start">From when on changes are captured: unix seconds.</param>
    /// <param name="IsComplete">All tasks were made; one that is missing then was deleted by somebody.</param>
    private sealed record Made(long Start, bool IsComplete);
}
