using Holdfast.App.Shop;
using Holdfast.Samples.Shop;

namespace Holdfast.Integration.Tests;

/// <summary>The sample shop between real servers, as a person sees it: <c>run --demo shop</c>, a host and servers that die.</summary>
public sealed class ShopTests : IDisposable
{
    private const string AllIsThere = "rows lost 0, doubled 0, differing 0";

    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(150);

    private readonly TempDirectory _directory = new();

    private string Data => _directory.Location;

    private string Folder => Path.Combine(Data, "shop");

    private ShopPlace Place => ShopPlace.Read(Folder)!;

    public void Dispose()
    {
        // Of root's run the servers' files are elsewhere.
        if (new FileInfo(Path.Combine(Folder, "servers")).LinkTarget is { } elsewhere)
        {
            Directory.Delete(elsewhere, recursive: true);
        }

        _directory.Dispose();
    }

    [Fact]
    [Trait("Category", "process")]
    [Trait("Category", "heavy")]
    public async Task A_host_and_every_server_are_killed_under_load_and_no_row_is_lost_or_doubled()
    {
        Assert.SkipUnless(ShopServers.HasPostgres && ShopServers.HasMariaDb, "apt-get install postgresql mariadb-server");
        await using (var run = HoldfastProcess.Run(Data, "--demo", "shop", "--shop-rate", "30"))
        {
            using var api = await run.Ready();
            Assert.Contains("which stands in for Kafka and is none", run.Output, StringComparison.Ordinal);
            await FleetRun.Settled(api, Data, Slow);
            await Moves(30);
            var (exit, output) = await Command("drill", "h1", "--limit", "120");
            Assert.True(exit == 0, output);
            Assert.Equal(AllIsThere, Last(output));
            Assert.All((string[])["shop-copy", "shop-events", "warehouse-copy"],
                task => Assert.Matches($"{task}: transactions [0-9]+ to [0-9]+ once each", output));

            foreach (var server in (string[])["mariadb", "postgres", "kafka-stand-in"])
            {
                var reached = Journal();
                Assert.True(ProcessOf(server).Send(Signal.Kill), server);
                await Eventually.Holds(() => run.Output.Contains($"{server} ended with exit code 137", StringComparison.Ordinal) ? null
                    : $"{server} was killed", Slow);
                await Moves(reached + 100);
            }

            (exit, output) = await Command("verify");
            Assert.True(exit == 0, output);

            // Not its oldest rows, which the shop deletes: a change of one that is not there would end the task.
            Say("UPDATE orders SET total = total + 1 WHERE status <> 'open' ORDER BY id DESC LIMIT 1",
                "DELETE FROM payments ORDER BY id DESC LIMIT 1",
                "INSERT INTO journal SELECT * FROM journal ORDER BY no DESC LIMIT 1");
            (exit, output) = await Command("verify", "shop-copy");
            Assert.True(exit == 3, output);
            Assert.Matches("shop-copy shop.orders id=[0-9]+: differing", output);
            Assert.Matches("shop-copy shop.payments id=[0-9]+: lost", output);
            Assert.Matches("shop-copy shop.journal no=[0-9]+, what='[a-z]+': doubled", output);
            Assert.Matches("^rows lost 1, doubled 1, differing 1", Last(output));
        }

        Assert.All((int[])[Place.Postgres!.Value, Place.MariaDb!.Value, Place.Kafka], port => Assert.False(Answers(port), $"{port}"));
        await using var again = HoldfastProcess.Run(Data, "--demo", "shop");
        using var second = await again.Ready();
        await Moves(Journal() + 50);
        var (fine, text) = await Command("verify", "shop-events", "warehouse-copy");
        Assert.True(fine == 0, text);
    }

    [Fact]
    public void A_shop_is_as_large_as_its_servers_allow()
    {
        Assert.Equal(["shop-copy", "shop-events", "warehouse-copy"], Ids(true, true));
        Assert.Equal(["shop-events"], Ids(true, false));
        Assert.Equal(["warehouse-events"], Ids(false, true));
        Assert.Empty(Ids(false, false));

        static IEnumerable<string> Ids(bool hasPostgres, bool hasMariaDb) => ShopTask.With(hasPostgres, hasMariaDb).Select(t => t.Id);
    }

    [Fact]
    public void No_configuration_of_a_task_has_a_password()
    {
        Directory.CreateDirectory(Folder);
        foreach (var (server, user) in ShopPlace.Accounts)
        {
            Token.WritePrivately(ShopPlace.PasswordFile(Folder, server, user), "very secret");
        }

        new ShopPlace(Folder, 5001, 5002, 5003).Write();
        Assert.Equal(3, ShopTask.In(Data).Count);
        Assert.All(ShopTask.In(Data), task =>
        {
            var all = $"{task.SourceIn(Data)} {task.SinkIn(Data)}";
            Assert.DoesNotContain("very secret", all, StringComparison.Ordinal);
            Assert.DoesNotContain("\"password\"", all, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("shop", null, null, false, "demo")]
    [InlineData("shop", 0, null, true, "shop-rate")]
    [InlineData("shop", 1001, null, true, "shop-rate")]
    [InlineData("shop", null, 33, true, "shop-connections")]
    [InlineData(null, 5, null, true, "shop-rate")]
    [InlineData("bank", null, 2, true, "shop-connections")]
    [InlineData(null, null, null, false, null)]
    [InlineData("bank", null, null, true, null)]
    public void What_does_not_go_together_is_refused_by_name(string? name, int? rate, int? connections, bool withFleet, string? field)
    {
        var fault = new DemoGiven(name, rate, connections).WhyNot(withFleet);
        Assert.Equal(field, fault?.Fields.Single().Field);
    }

    private static string Last(string output) => output.Trim().Split('\n')[^1].Trim();

    private async Task<(int Exit, string Output)> Command(params string[] arguments)
    {
        await using var process = HoldfastProcess.Start(Data, [.. arguments, "--data", Data], ownsData: false);
        return (await process.End(TimeSpan.FromMinutes(5)), process.Output);
    }

    /// <summary>Waits until the copy has this transaction.</summary>
    private Task<TimeSpan> Moves(long no) => Eventually.Holds(
        () => Journal() is var reached && reached >= no ? null : $"the copy is at {reached} of {no}", Slow);

    private long Journal() => long.TryParse(Say("SELECT max(no) FROM journal").Trim(), NumberStyles.None, CultureInfo.InvariantCulture,
        out var no) ? no : 0;

    /// <summary>Asks the copy in MariaDB; empty: it is not there.</summary>
    private string Say(params string[] statements)
    {
        var start = new ProcessStartInfo("mariadb", ["--no-defaults", "-h127.0.0.1", $"-P{Place.MariaDb}", $"-u{ShopPlace.Application}",
            "-N", "-e", string.Join("; ", statements), ShopPlace.Shop])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["MYSQL_PWD"] = Place.Password("mariadb", ShopPlace.Application);
        using var process = Process.Start(start)!;
        var said = process.StandardOutput.ReadToEndAsync();
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(60)), $"mariadb has not ended: {string.Join("; ", statements)}");
        return said.GetAwaiter().GetResult();
    }

    /// <summary>Identifies it by what it was started with: nobody else has this data directory's port.</summary>
    private ProcessMark ProcessOf(string server) => server switch
    {
        "mariadb" => Naming($"--port={Place.MariaDb}", "mariadbd"),
        "postgres" => Naming($"-p\0{Place.Postgres}\0", "bin/postgres"),
        _ => Naming($"kafka\0{Place.Kafka}\0", "holdfast-shop"),
    };

    /// <summary>The oldest one: what it has just forked still has its arguments.</summary>
    private static ProcessMark Naming(string argument, string program) => Directory.EnumerateDirectories("/proc")
        .Where(d => int.TryParse(Path.GetFileName(d), NumberStyles.None, CultureInfo.InvariantCulture, out _))
        .Where(d => Arguments(d) is var line && line.Contains(argument, StringComparison.Ordinal)
            && line.Contains(program, StringComparison.Ordinal) && !line.Contains("holdfast-guard", StringComparison.Ordinal))
        .Select(d => ProcessMark.Of(int.Parse(Path.GetFileName(d), CultureInfo.InvariantCulture))).OfType<ProcessMark>()
        .MinBy(mark => mark.StartTicks)!;

    private static string Arguments(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static bool Answers(int port)
    {
        using var socket = new TcpClient();
        try
        {
            socket.Connect("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
