using System.Net;

namespace Holdfast.Containers.Tests;

/// <summary>Checks what the engine says of the containers that the compose files ask for.</summary>
[Collection(StackCollection.Name)]
[Trait("Category", "process")]
public sealed class StackTests(Stack stack)
{
    /// <summary>
    /// The most bytes of an image besides its base, which is Debian's and the largest part: what a service adds is small.
    /// </summary>
    private const long OwnBytesMax = 40L * 1024 * 1024;

    private static readonly TimeSpan HealthyMax = TimeSpan.FromSeconds(180);

    public static TheoryData<string> Containers => [.. Stack.Services, .. Stack.Hosts];

    [Theory]
    [MemberData(nameof(Containers))]
    public async Task A_container_has_no_rights_that_it_does_not_need_and_says_whether_it_is_well(string service)
    {
        var found = await Inspect(service);
        var host = found["HostConfig"]!;
        Assert.DoesNotContain((string)found["Config"]!["User"]!, new[] { "", "0", "root", "0:0" });
        Assert.True((bool)host["ReadonlyRootfs"]!);
        Assert.Contains("ALL", host["CapDrop"]!.AsArray().Select(c => (string)c!));
        Assert.Contains("no-new-privileges:true", host["SecurityOpt"]!.AsArray().Select(o => (string)o!));
        Assert.Equal("unless-stopped", (string)host["RestartPolicy"]!["Name"]!);
        Assert.True((long)host["Memory"]! > 0, "no limit of memory");
        Assert.True((long)host["NanoCpus"]! > 0, "no limit of processors");
        Assert.True((long)host["PidsLimit"]! > 0, "no limit of processes");
        await Eventually.Holds(
            async () => await stack.HealthOf(service) is not "healthy" and var health ? $"{service} is {health}" : null, HealthyMax);
    }

    [Theory]
    [MemberData(nameof(Containers))]
    public async Task No_secret_is_in_an_environment_or_a_command(string service)
    {
        var found = (await Inspect(service))["Config"]!.ToJsonString();
        Assert.All(await stack.Secrets(), secret => Assert.DoesNotContain(secret, found, StringComparison.Ordinal));
    }

    /// <summary>Owner, group and mode of a reader's folder, and of each file in it.</summary>
    [Theory]
    [InlineData("heartbeat", "10001 10001 700", "10001 10001 600")]
    [InlineData("console", "10001 10001 700", "10001 10001 600")]
    [InlineData("host1", "10001 10001 700", "10001 10001 600")]
    [InlineData("rabbitmq", "10001 999 750", "10001 999 640")]
    [InlineData("database", "10001 999 750", "10001 999 640")]
    [InlineData("kafka", "10001 1000 750", "10001 1000 640")]
    [InlineData("prometheus", "10001 65534 750", "10001 65534 640")]
    [InlineData("grafana", "10001 472 750", "10001 472 640")]
    public async Task Secrets_were_made_before_anything_started_and_each_is_read_by_its_reader_alone(
        string reader, string folder, string file)
    {
        Assert.SkipWhen(Stack.Missing is not null, Stack.Missing ?? "");
        var secrets = await stack.SecretsOf(reader);
        Assert.Equal(folder, await stack.Run("stat", "-c", "%u %g %a", secrets));
        Assert.All(
            (await stack.Run("find", secrets, "-type", "f", "-printf", "%U %G %m\n")).Split('\n'), found => Assert.Equal(file, found));
        Assert.Equal("exited 0", await stack.Docker("inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", Stack.Name("secrets")));
    }

    [Fact]
    public async Task Secrets_that_are_there_are_kept_when_the_stack_is_brought_up_again()
    {
        Assert.SkipWhen(Stack.Missing is not null, Stack.Missing ?? "");
        var before = await stack.Secrets();
        await stack.Docker("start", "--attach", Stack.Name("secrets"));
        Assert.Equal(before, await stack.Secrets());
    }

    [Theory]
    [MemberData(nameof(Containers))]
    public async Task The_root_file_system_cannot_be_written_and_no_process_is_root(string service)
    {
        Assert.SkipWhen(Stack.Missing is not null, Stack.Missing ?? "");
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(
            () => stack.Docker("exec", Stack.Name(service), "sh", "-c", "echo x >/etc/x"));
        Assert.Matches("Read-only file system|Permission denied", refused.Message);
        var processes = (await stack.Docker("top", Stack.Name(service), "-eo", "uid,pid,comm")).Split('\n')[1..];
        Assert.All(processes, p => Assert.NotEqual("0", p.Trim().Split(' ')[0]));
    }

    [Fact]
    public async Task State_survives_the_end_of_every_container()
    {
        Assert.SkipWhen(Stack.Missing is not null, Stack.Missing ?? "");
        var mounts = new HashSet<string>();
        foreach (var service in Stack.Services.Concat(Stack.Hosts))
        {
            var volumes = (await Inspect(service))["Mounts"]!.AsArray().Where(m => (string)m!["Type"]! == "volume");
            mounts.UnionWith(volumes.Select(m => $"{service} {m!["Destination"]}"));
        }

        Assert.Superset(new HashSet<string>(
            [
                "rabbitmq /var/lib/rabbitmq", "database /var/lib/postgresql/data", "kafka /var/lib/kafka/data", "console /data",
                "host1 /data", "host2 /data", "host3 /data", "host1 /sinks",
            ]), mounts);
    }

    [Theory]
    [InlineData("heartbeat")]
    [InlineData("ha-scheduler")]
    [InlineData("store-manager")]
    [InlineData("alerting")]
    [InlineData("console")]
    [InlineData("supervisor")]
    public async Task An_image_adds_little_to_its_base(string image)
    {
        Assert.SkipWhen(Stack.Missing is not null, Stack.Missing ?? "");
        var own = await Size($"holdfast/{image}") - await Size("mcr.microsoft.com/dotnet/aspnet:10.0");
        TestContext.Current.TestOutputHelper?.WriteLine($"{image}: {own / 1e6:0} MB");
        Assert.InRange(own, 1, OwnBytesMax);
    }

    [Fact]
    public async Task The_door_leads_to_every_service_and_to_the_pages()
    {
        Assert.SkipWhen(Stack.Missing is not null, Stack.Missing ?? "");
        foreach (var service in new[] { "heartbeat", "ha-scheduler", "store-manager", "alerting", "console" })
        {
            Assert.Equal(HttpStatusCode.OK, (await stack.Api.Get($"/health/ready/{service}")).Status);
        }

        using var page = await stack.Api.Http.GetAsync("/", TestContext.Current.CancellationToken);
        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
    }

    private async Task<JsonObject> Inspect(string service)
    {
        Assert.SkipWhen(Stack.Missing is not null, Stack.Missing ?? "");
        return JsonNode.Parse(await stack.Docker("inspect", Stack.Name(service)))!.AsArray()[0]!.AsObject();
    }

    private async Task<long> Size(string image) =>
        long.Parse(await stack.Docker("image", "inspect", "-f", "{{.Size}}", image), System.Globalization.CultureInfo.InvariantCulture);
}
