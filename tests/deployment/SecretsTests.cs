using System.Security.Cryptography;

namespace Holdfast.Deployment.Tests;

/// <summary>The service `secrets` of docker-compose.yml at work, on folders of this machine.</summary>
[Trait("Category", "process")]
public sealed class SecretsTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    /// <summary>The files that people may give.</summary>
    internal static string[] Given { get; } =
        ["token", "rabbitmq", "database", "kafka", "grafana", "rabbitmq-subscriber", "secrets-key",
            .. Services.Select(s => $"rabbitmq-{s}"), .. Hosts.Select(h => $"token-{h}")];

    private static string[] Hosts => ["h1", "h2", "h3"];

    private static string[] Services => ["heartbeat", "ha-scheduler", "store-manager", "alerting", "console"];

    private string Made => _directory.File("made");

    private string GivenFolder => _directory.File("given");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Nothing_given_makes_everything_for_its_readers_and_for_nobody_else()
    {
        await Succeeds();
        Assert.Equal(
            ((string[])
            [
                "database/password", "grafana/password", "heartbeat/host-tokens", "kafka/jaas.conf", "kafka/password", "prometheus/token",
                "rabbitmq/definitions.json", "rabbitmq/password", "rabbitmq/rabbitmq.conf", "rabbitmq/subscriber", "alerting/kafka",
                .. Services.SelectMany(s => (string[])[$"rabbitmq/{s}", $"{s}/service.json", $"{s}/token", $"{s}/secrets-key"]),
                .. Hosts.Select(OfHost),
            ]).Order(StringComparer.Ordinal), All().Keys.Order(StringComparer.Ordinal));
        Assert.All(Directory.EnumerateFiles(Made, "*", SearchOption.AllDirectories), file =>
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        Assert.All(Directory.EnumerateDirectories(Made).Append(Made), folder => Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder)));
        string[] secrets =
        [
            .. new[]
                { "console/token", "rabbitmq/password", "database/password", "kafka/password", "grafana/password", "rabbitmq/subscriber" }
                .Concat(Services.Select(s => $"rabbitmq/{s}")).Concat(Hosts.Select(OfHost)).Select(f => All()[f]),
        ];
        Assert.Equal(secrets.Length, secrets.Distinct(StringComparer.Ordinal).Count());
        Assert.All(secrets, secret => Assert.Matches("^[0-9a-f]{48}$", secret));
        Assert.Matches("^[0-9a-f]{64}$", Assert.Single(Services.Select(s => All()[$"{s}/secrets-key"]).Distinct()));
    }

    [Fact]
    public async Task What_holds_an_address_or_a_login_has_the_password_of_its_server()
    {
        await Succeeds();
        var all = All();
        foreach (var service in Services)
        {
            var addresses = JsonNode.Parse(all[$"{service}/service.json"])!;
            Assert.Equal($"amqp://{service}:{all[$"rabbitmq/{service}"]}@rabbitmq:5672/", (string?)addresses["rabbitmq"]);
            Assert.Equal($"mongodb://holdfast:{all["database/password"]}@database:27017/holdfast?authSource=admin",
                (string?)addresses["store"]);
        }

        var users = JsonNode.Parse(all["rabbitmq/definitions.json"])!["users"]!.AsArray().ToDictionary(
            u => (string)u!["name"]!, u => (string)u!["password"]!, StringComparer.Ordinal);
        Assert.Equal(Services.Append("holdfast").Append("subscriber").Order(StringComparer.Ordinal),
            users.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(all["rabbitmq/password"], users["holdfast"]);
        Assert.All(users.Keys.Where(u => u != "holdfast"), u => Assert.Equal(all[$"rabbitmq/{u}"], users[u]));
        Assert.Contains($"user_holdfast=\"{all["kafka/password"]}\"", all["kafka/jaas.conf"], StringComparison.Ordinal);
        Assert.Equal(all["kafka/password"], all["alerting/kafka"]);
        Assert.Equal([all["console/token"]], Services.Append("prometheus").Select(r => all[$"{r}/token"]).Distinct());
    }

    /// <summary>The installation's token was in the volume of the hosts once: whoever read it there could do everything.</summary>
    [Fact]
    public async Task Each_host_has_a_token_of_its_own_and_heartbeat_knows_it_by_its_digest_alone()
    {
        await Give("token-h2", "given old token of h2\ngiven new token of h2");
        await Succeeds();
        var all = All();
        Assert.All(Hosts, host => Assert.NotEqual(all["console/token"], all[OfHost(host)]));
        var lines = Hosts.SelectMany(h => all[OfHost(h)].Split('\n').Select(
            t => $"{h} {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(t)))}")).ToList();
        Assert.Equal(4, lines.Count);
        Assert.Equal(lines, all["heartbeat/host-tokens"].Split('\n').Where(l => l[0] != '#'));
    }

    private static string OfHost(string host) => $"host{host[1..]}/token";

    [Fact]
    public async Task The_secret_at_a_sign_in_provider_is_the_console_s_alone_and_is_never_made()
    {
        Directory.CreateDirectory(GivenFolder);
        await File.WriteAllTextAsync(Path.Combine(GivenFolder, "oidc"), "any sign's right: $\"=", TestContext.Current.CancellationToken);
        await Succeeds();
        Assert.Equal("any sign's right: $\"=", All()["console/oidc"]);
        Assert.Equal(["console/oidc"], All().Where(f => f.Value.Contains("any sign", StringComparison.Ordinal)).Select(f => f.Key));
    }

    [Fact]
    public async Task Made_once_they_stay()
    {
        await Succeeds();
        var before = All();
        Assert.Equal("secrets: all of them are there", await Succeeds());
        Assert.Equal(before, All());
    }

    [Fact]
    public async Task Another_store_server_gets_another_address_and_no_new_password()
    {
        await Succeeds();
        var before = All();
        Assert.Equal($"secrets: written {string.Join(' ', Services.Select(s => $"{s}/service.json"))}", await Succeeds(store: "postgres"));
        Assert.Equal($"postgres://holdfast:{before["database/password"]}@database:5432/holdfast",
            (string?)JsonNode.Parse(All()["console/service.json"])!["store"]);
        Assert.Contains("STORE_SERVER is mongodb or postgres, not mysql", await Fails(store: "mysql"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_ones_are_taken_whenever_they_come_and_are_left_as_they_are()
    {
        await Succeeds();
        var made = All();
        await Give("kafka", "given.kafka");
        await Give("token", "given token one\ngiven token two");
        var mode = File.GetUnixFileMode(Path.Combine(GivenFolder, "kafka"));
        await Succeeds();
        Assert.Equal("given.kafka", All()["kafka/password"]);
        Assert.Contains("given.kafka", All()["kafka/jaas.conf"], StringComparison.Ordinal);
        // Two hold while a token is changed.
        Assert.Equal("given token one\ngiven token two", All()["console/token"]);
        Assert.Equal(made["rabbitmq/password"], All()["rabbitmq/password"]);
        Assert.Equal(["kafka", "token"], Directory.EnumerateFiles(GivenFolder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal("given.kafka", await File.ReadAllTextAsync(Path.Combine(GivenFolder, "kafka"), TestContext.Current.CancellationToken));
        Assert.Equal(mode, File.GetUnixFileMode(Path.Combine(GivenFolder, "kafka")));
    }

    [Theory]
    [InlineData("rabbitmq", "with space")]
    [InlineData("rabbitmq", "hash#")]
    [InlineData("database", "p@ss")]
    [InlineData("database", "ü")]
    [InlineData("kafka", "quote\"")]
    [InlineData("grafana", "two\nlines")]
    public async Task A_password_that_would_be_read_in_another_way_is_refused_with_its_rule(string name, string value)
    {
        await Give(name, value);
        var said = await Fails();
        Assert.Contains($"{GivenFolder}/{name} may have letters, digits and . _ ~ - only", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_is_empty_is_no_reason_to_make_another()
    {
        await Give("database", "");
        Assert.Contains($"{GivenFolder}/database is empty", await Fails(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_cannot_be_read_is_no_reason_to_make_another()
    {
        // As a folder, since root may read every file.
        Directory.CreateDirectory(Path.Combine(GivenFolder, "database"));
        Assert.Contains($"{GivenFolder}/database cannot be read", await Fails(), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Made, "database/password")));
    }

    private async Task Give(string name, string value)
    {
        Directory.CreateDirectory(GivenFolder);
        await File.WriteAllTextAsync(Path.Combine(GivenFolder, name), value, TestContext.Current.CancellationToken);
    }

    private Dictionary<string, string> All() => Directory.EnumerateFiles(Made, "*", SearchOption.AllDirectories)
        .ToDictionary(f => Path.GetRelativePath(Made, f), f => File.ReadAllText(f).TrimEnd('\n'), StringComparer.Ordinal);

    private async Task<string> Succeeds(string store = "mongodb")
    {
        var (exit, said) = await Run(store);
        Assert.True(exit == 0, said);
        return said.Trim();
    }

    private async Task<string> Fails(string store = "mongodb")
    {
        var (exit, said) = await Run(store);
        Assert.Equal(1, exit);
        return said;
    }

    private Task<(int Exit, string Output)> Run(string store) => Tool.Run(
        "bash", [Path.Combine(Tool.Deploy, "secrets.sh"), Made, GivenFolder],
        environment: new Dictionary<string, string>(StringComparer.Ordinal) { ["STORE_SERVER"] = store });
}
