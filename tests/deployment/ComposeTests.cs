using System.Text.RegularExpressions;

namespace Holdfast.Deployment.Tests;

/// <summary>The compose files as they are rendered, without an engine.</summary>
[Trait("Category", "process")]
public sealed partial class ComposeTests
{
    private const string OneShot = "secrets";

    private static readonly string[] Everyday =
    [
        "alerting", "console", "database", "door", "ha-scheduler", "heartbeat", "host1", "host2", "host3", "kafka", "rabbitmq",
        "secrets", "store-manager",
    ];

    private static readonly string[] Observers = ["grafana", "otel-collector", "prometheus"];

    /// <summary>The program, a file besides docker-compose.yml, the profile.</summary>
    public static TheoryData<string, string, string> Combinations
    {
        get
        {
            var all = new TheoryData<string, string, string>();
            foreach (var program in ComposeConfig.Programs)
            {
                foreach (var file in new[] { "", "docker-compose.postgres.yml" })
                {
                    all.Add(program, file, "");
                    all.Add(program, file, "observe");
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public async Task Every_service_has_the_rights_that_it_needs_and_no_more(string program, string file, string profile)
    {
        var services = (await ComposeConfig.Of(program, file, profile)).Services;
        Assert.Equal(Everyday.Concat(profile.Length > 0 ? Observers : []).Order(StringComparer.Ordinal),
            services.Keys.Order(StringComparer.Ordinal));
        Assert.All(services, service =>
        {
            var (name, has) = service;
            Assert.Matches("^[1-9][0-9]*:[1-9][0-9]*$", (string)has["user"]!);
            Assert.True((bool)has["read_only"]!, $"{name} may write its root file system");
            Assert.Equal(["ALL"], ComposeConfig.Texts(has["cap_drop"]));
            Assert.Null(has["cap_add"]);
            Assert.Null(has["privileged"]);
            Assert.Contains("no-new-privileges:true", ComposeConfig.Texts(has["security_opt"]));
            Assert.All(["mem_limit", "cpus", "pids_limit"], limit => Assert.True(has[limit] is not null, $"{name} has no {limit}"));
            Assert.True(name == OneShot || has["healthcheck"]?["test"] is not null || ComposeConfig.IsCheckedByItsImage(has),
                $"{name} has no health check");
            Assert.Equal(name == OneShot ? "no" : "unless-stopped", (string)has["restart"]!);
        });
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public async Task Nothing_is_published_but_on_loopback(string program, string file, string profile)
    {
        var services = (await ComposeConfig.Of(program, file, profile)).Services;
        Assert.NotEmpty(ComposeConfig.PublishedOn(services["door"]));
        Assert.All(services.Values.SelectMany(ComposeConfig.PublishedOn), address => Assert.Equal("127.0.0.1", address));
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public async Task Who_reads_secrets_starts_when_they_have_been_made_reads_its_own_and_cannot_write_them(
        string program, string file, string profile)
    {
        var services = (await ComposeConfig.Of(program, file, profile)).Services;
        var read = new SortedSet<string>(StringComparer.Ordinal);
        Assert.All(services.Where(s => s.Key != OneShot), service =>
        {
            var own = ComposeConfig.Mounts(service.Value).Where(m => IsSecrets(m.Source)).ToList();
            Assert.All(own, m => Assert.True(m.IsReadOnly, $"{service.Key} may write {m.Source}"));
            Assert.True(own.Count <= 1, $"{service.Key} reads the secrets of others");
            Assert.True(own.Count == 0 || ComposeConfig.WaitsFor(service.Value, OneShot) == "service_completed_successfully",
                $"{service.Key} does not wait for its secrets");
            read.UnionWith(own.Select(m => m.Source));
        });
        var made = ComposeConfig.Mounts(services[OneShot]).ToList();
        Assert.ProperSuperset(read.Except(["secrets-prometheus", "secrets-grafana"]).ToHashSet(), made.Select(m => m.Source).ToHashSet());
        Assert.All(made, m => Assert.Equal(!IsSecrets(m.Source), m.IsReadOnly));
        Assert.Superset(read, new SortedSet<string>(made.Select(m => m.Source), StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public async Task No_secret_stands_in_the_rendered_text(string program, string file, string profile)
    {
        using var given = new TempDirectory();
        foreach (var name in SecretsTests.Given)
        {
            await File.WriteAllTextAsync(given.File(name), $"a-given-secret-of-{name}\n", TestContext.Current.CancellationToken);
        }

        var config = await ComposeConfig.Of(program, file, profile, given.Location);
        var text = config.Rendered.ToJsonString();
        Assert.Contains(given.Location, text, StringComparison.Ordinal);
        Assert.DoesNotContain("a-given-secret", text, StringComparison.Ordinal);
        // A variable that is named like a secret says in which file it is.
        var named = config.Services.SelectMany(s => s.Value["environment"]?.AsObject().ToList() ?? [])
            .Where(v => SecretName().IsMatch(v.Key) && v.Key != "HOLDFAST_HOST_TOKENS").ToList();
        Assert.NotEmpty(named);
        Assert.All(named, v => Assert.StartsWith("/run/secrets/", (string)v.Value!, StringComparison.Ordinal));
    }

    /// <summary>Its stand-in in tests/containers takes everybody, so what is asked of the real one is looked at here.</summary>
    [Theory]
    [MemberData(nameof(Combinations))]
    public async Task Servers_ask_for_a_login(string program, string file, string profile)
    {
        var services = (await ComposeConfig.Of(program, file, profile)).Services;
        string Of(string service, string variable) => (string?)services[service]["environment"]?[variable] ?? "";
        Assert.StartsWith("SASL_PLAINTEXT://:9092,", Of("kafka", "KAFKA_LISTENERS"), StringComparison.Ordinal);
        Assert.EndsWith(",CONTROLLER://localhost:9093", Of("kafka", "KAFKA_LISTENERS"), StringComparison.Ordinal);
        Assert.Contains("/run/secrets/jaas.conf", Of("kafka", "KAFKA_OPTS"), StringComparison.Ordinal);
        Assert.Equal("/run/secrets/rabbitmq.conf", Of("rabbitmq", "RABBITMQ_CONFIG_FILE"));
        Assert.Equal("/run/secrets/password",
            Of("database", file.Length > 0 ? "POSTGRES_PASSWORD_FILE" : "MONGO_INITDB_ROOT_PASSWORD_FILE"));
        Assert.Equal(file.Length > 0 ? "postgres" : "mongodb", Of(OneShot, "STORE_SERVER"));
    }

    /// <summary>One volume for all of them held the installation's token once.</summary>
    [Theory]
    [MemberData(nameof(Combinations))]
    public async Task A_host_has_its_own_token_and_heartbeat_takes_no_other(string program, string file, string profile)
    {
        var services = (await ComposeConfig.Of(program, file, profile)).Services;
        Assert.All(["host1", "host2", "host3"], host => Assert.Equal($"secrets-{host}",
            ComposeConfig.Mounts(services[host]).Select(m => m.Source).Single(IsSecrets)));
        Assert.Equal("required", (string?)services["heartbeat"]["environment"]?["HOLDFAST_HOST_TOKENS"]);
        Assert.Equal("/run/secrets/host-tokens", (string?)services["heartbeat"]["environment"]?["HOLDFAST_HOST_TOKEN_FILE"]);
        // Heartbeat is told what all services are told.
        Assert.Equal((string?)services["alerting"]["environment"]?["HOLDFAST_CONFIG"],
            (string?)services["heartbeat"]["environment"]?["HOLDFAST_CONFIG"]);
    }

    /// <summary>The engine makes an empty folder of what is not there, and says nothing.</summary>
    [Fact]
    public async Task What_is_mounted_from_the_clone_is_in_it()
    {
        var services = (await ComposeConfig.Of("docker-compose", "", "observe")).Services;
        var mounted = services.Values.SelectMany(ComposeConfig.Mounts)
            .Where(m => m.Source.Contains('/', StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(mounted);
        Assert.All(mounted, m => Assert.True(m.IsReadOnly && Path.Exists(m.Source), $"{m.Source} is not there, or can be written"));
    }

    private static bool IsSecrets(string volume) => volume.StartsWith("secrets-", StringComparison.Ordinal);

    [GeneratedRegex("PASS|TOKEN|SECRET|KEY", RegexOptions.None, 1000)]
    private static partial Regex SecretName();
}
