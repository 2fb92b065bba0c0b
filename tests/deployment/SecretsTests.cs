using System.Text.Json.Nodes;
using Holdfast.Tests;

namespace Holdfast.Deployment.Tests;

/// <summary>What the service `secrets` of docker-compose.yml does, on folders of this machine.</summary>
[Trait("Category", "process")]
public sealed class SecretsTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    /// <summary>The files that people may give.</summary>
    internal static string[] Given { get; } = ["token", "rabbitmq", "database", "kafka", "grafana"];

    private string Made => _directory.File("made");

    private string GivenFolder => _directory.File("given");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Nothing_given_makes_everything_for_its_readers_and_for_nobody_else()
    {
        await Succeeds();
        Assert.Equal(
            [
                "database/password", "grafana/password", "hosts/token", "kafka/jaas.conf", "kafka/password", "prometheus/token",
                "rabbitmq/password", "rabbitmq/rabbitmq.conf", "services/kafka", "services/services.json", "services/token",
            ], All().Keys.Order(StringComparer.Ordinal));
        Assert.All(Directory.EnumerateFiles(Made, "*", SearchOption.AllDirectories), file =>
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        Assert.All(Directory.EnumerateDirectories(Made).Append(Made), folder => Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder)));
        string[] secrets = [.. new[] { "services/token", "rabbitmq/password", "database/password", "kafka/password", "grafana/password" }
            .Select(f => All()[f])];
        Assert.Equal(secrets.Length, secrets.Distinct(StringComparer.Ordinal).Count());
        Assert.All(secrets, secret => Assert.Matches("^[0-9a-f]{48}$", secret));
    }

    [Fact]
    public async Task What_holds_an_address_or_a_login_has_the_password_of_its_server()
    {
        await Succeeds();
        var all = All();
        var services = JsonNode.Parse(all["services/services.json"])!;
        Assert.Equal($"amqp://holdfast:{all["rabbitmq/password"]}@rabbitmq:5672/", (string?)services["rabbitmq"]);
        Assert.Equal($"mongodb://holdfast:{all["database/password"]}@database:27017/holdfast?authSource=admin", (string?)services["store"]);
        Assert.Equal($"default_user = holdfast\ndefault_pass = {all["rabbitmq/password"]}", all["rabbitmq/rabbitmq.conf"]);
        Assert.Contains($"user_holdfast=\"{all["kafka/password"]}\"", all["kafka/jaas.conf"], StringComparison.Ordinal);
        Assert.Equal(all["kafka/password"], all["services/kafka"]);
        Assert.Equal([all["services/token"]], new[] { all["hosts/token"], all["prometheus/token"] }.Distinct());
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
        Assert.Equal("secrets: written services/services.json", await Succeeds(store: "postgres"));
        Assert.Equal($"postgres://holdfast:{before["database/password"]}@database:5432/holdfast",
            (string?)JsonNode.Parse(All()["services/services.json"])!["store"]);
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
        Assert.Equal("given token one\ngiven token two", All()["hosts/token"]);
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
