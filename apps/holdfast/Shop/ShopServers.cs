using System.Net;
using System.Security.Cryptography;
using Holdfast.App.Fleet;
using Holdfast.App.Processes;
using Holdfast.App.Separate;
using Holdfast.Samples.Shop;

namespace Holdfast.App.Shop;

/// <summary>
/// The servers of the sample shop, each a process that ends with the run: PostgreSQL and MariaDB as far as they are installed, and what
/// stands in for Kafka. Ports and passwords are made once, so a shop is found again where it was.
/// </summary>
internal sealed class ShopServers(string data, Children children, TimeProvider time)
{
    private const string Kafka = "kafka-stand-in";

    private static readonly TimeSpan MakingMax = TimeSpan.FromSeconds(180);

    /// <summary>A server writes down what it has in memory.</summary>
    internal static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(10);

    private readonly List<(PartKeeper Keeper, Task Keeping, Signal Ends)> _running = [];

    internal static bool HasPostgres => ShopPostgres.Programs is not null;

    internal static bool HasMariaDb => File.Exists(ShopMariaDb.Executable);

    private string Folder => ShopServer.Folder(data);

    /// <summary>Null: at least one server can be started.</summary>
    internal static Fault? WhyNot() => HasPostgres || HasMariaDb ? null
        : new Fault("DP-430", 400, "The sample shop has no database server",
            "Neither PostgreSQL (/usr/lib/postgresql/*/bin) nor MariaDB (/usr/sbin/mariadbd) is installed.",
            "As root, apt-get install --no-install-recommends postgresql mariadb-server; or start without --demo shop");

    /// <summary>Starts all; returns once they answer.</summary>
    /// <returns>Where they are, or why one of them is not.</returns>
    internal async Task<Outcome<ShopPlace>> Start(CancellationToken stopping)
    {
        Directory.CreateDirectory(Folder);
        foreach (var file in ShopPlace.Accounts.Select(a => ShopPlace.PasswordFile(Folder, a.Server, a.User)).Where(f => !File.Exists(f)))
        {
            Token.WritePrivately(file, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)) + "\n");
        }

        var former = ShopPlace.Read(Folder);
        if (former is { Postgres: not null } && !HasPostgres || former is { MariaDb: not null } && !HasMariaDb)
        {
            return Gone(former.Postgres is not null && !HasPostgres ? "PostgreSQL" : "MariaDB");
        }

        // A server that was installed later has nothing of this shop.
        var place = new ShopPlace(Path.GetFullPath(Folder),
            HasPostgres && former is not { Postgres: null } ? PortOf(former?.Postgres) : null,
            HasMariaDb && former is not { MariaDb: null } ? PortOf(former?.MariaDb) : null, PortOf(former?.Kafka));
        place.Write();
        var homes = ShopHomes.Of(Folder, Environment.IsPrivilegedProcess);
        var servers = new List<ShopServer>();
        if (place.Postgres is { } postgres)
        {
            servers.Add(new ShopPostgres(data, homes, postgres, place.Password("postgres", ShopPlace.Admin)));
        }

        if (place.MariaDb is { } maria)
        {
            servers.Add(new ShopMariaDb(data, homes, maria, [.. ShopPlace.Accounts.Where(a => a.Server == "mariadb")
                .Select(a => (a.User, Digest(place.Password("mariadb", a.User))))]));
        }

        StartKafka(place);
        var faults = await Task.WhenAll(servers.Select(s => Start(s, stopping)));
        return faults.FirstOrDefault(f => f is not null) is { } fault ? fault : place;
    }

    /// <summary>The stand-in begins without a message: the shop's databases are new.</summary>
    internal async Task EmptyKafka(ShopPlace place)
    {
        if (_running.Find(r => r.Keeper.Name == Kafka) is { Keeper: not null } kafka)
        {
            _running.Remove(kafka);
            await kafka.Keeper.Stop(StopGrace, kafka.Ends);
            await kafka.Keeping;
        }

        File.Delete(KafkaFile);
        StartKafka(place);
    }

    internal Task Stop() => Task.WhenAll(_running.Select(async r =>
    {
        await r.Keeper.Stop(StopGrace, r.Ends);
        await r.Keeping;
    }));

    private string KafkaFile => Path.Combine(Folder, "kafka-stand-in.log");

    private void StartKafka(ShopPlace place) => Keep(new Part(new ChildSpec(Kafka,
        [.. ShopProgram.Command, "kafka", place.Kafka.ToString(CultureInfo.InvariantCulture), KafkaFile],
        Path.Combine(data, "logs", $"{Kafka}.log")), TimeSpan.Zero, _ => Task.FromResult(true)), Signal.Term);

    private async Task<Fault?> Start(ShopServer server, CancellationToken stopping)
    {
        var preparation = server.Preparation();
        using var process = children.Start(preparation);
        using var limit = new CancellationTokenSource(MakingMax, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        await process.WaitForExitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!process.HasExited || process.ExitCode != 0)
        {
            return process is { HasExited: true, ExitCode: ShopServer.NotReached } ? NotReached(server)
                : NotMade(server, "its files could not be made", preparation.LogFile);
        }

        var keeper = Keep(server.Part(), server.Ends);
        return await keeper.WaitUntilReady(stopping) || stopping.IsCancellationRequested ? null
            : NotMade(server, "it does not answer in time", keeper.LogFile);
    }

    private PartKeeper Keep(Part part, Signal ends)
    {
        var keeper = new PartKeeper(part, children, time);
        _running.Add((keeper, keeper.Keep(CancellationToken.None), ends));
        return keeper;
    }

    private static int PortOf(int? former) => former is { } port && Ports.WhyTaken(IPAddress.Loopback, port) is null ? port
        : Ports.Free(1)[0];

    /// <summary>As MariaDB stores a password: a digest of a digest, so that no file of the server has it.</summary>
    private static string Digest(string password)
    {
#pragma warning disable CA5350 // mysql_native_password is defined by it; the password has 128 random bits
        return "*" + Convert.ToHexString(SHA1.HashData(SHA1.HashData(Encoding.UTF8.GetBytes(password))));
#pragma warning restore CA5350
    }

    private static Fault NotMade(ShopServer server, string what, string log) => new("DP-431", 500,
        $"The shop's {server.Name} is not there", $"{server.Name} (127.0.0.1:{server.Port}): {what}.",
        $"Read {log}; delete the folder shop of the data directory to begin anew");

    private static Fault Gone(string server) => new("DP-430", 400, "The sample shop lacks a database server",
        $"{server} had a part of it, and is not installed any more.", "Install it again, or give --data another directory");

    private static Fault NotReached(ShopServer server) => new("DP-432", 400, $"The shop's {server.Name} cannot come to its files",
        $"The run is root's and {server.Name} must not be; its user may not enter {server.Home} or a folder above it.",
        "Let others enter /var/lib (chmod o+x), or run as another user than root");
}

/// <summary>The program of the sample shop (samples/shop), beside this one.</summary>
internal static class ShopProgram
{
    internal static IReadOnlyList<string> Command => Children.CommandOf("shop", "holdfast-shop");
}
