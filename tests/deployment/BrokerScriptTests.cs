namespace Holdfast.Deployment.Tests;

/// <summary>deploy/broker.sh as a script; what its rights come to on a real broker is in tests/flow.</summary>
[Trait("Category", "process")]
public sealed class BrokerScriptTests
{
    [Fact]
    public async Task Each_user_that_is_named_gets_rights_and_only_the_administrator_gets_all()
    {
        var (exit, output) = await Run("heartbeat one\nsubscriber two\nholdfast three\n");
        Assert.Equal(0, exit);
        var made = JsonNode.Parse(output)!;
        Assert.Equal(["heartbeat one ", "subscriber two ", "holdfast three administrator"],
            made["users"]!.AsArray().Select(u => $"{u!["name"]} {u["password"]} {u["tags"]}"));
        Assert.Equal(["holdfast"],
            made["permissions"]!.AsArray().Where(p => (string)p!["write"]! == ".*").Select(p => (string)p!["user"]!));
    }

    [Theory]
    [InlineData("nobody secret", "there is no service 'nobody'")]
    [InlineData("heartbeat", "the password of heartbeat")]
    [InlineData("heartbeat a\"b", "the password of heartbeat")]
    public async Task What_is_no_service_or_no_password_makes_no_definitions(string line, string said)
    {
        var (exit, output) = await Run(line + "\n");
        Assert.Equal(1, exit);
        Assert.Contains(said, output, StringComparison.Ordinal);
    }

    private static async Task<(int Exit, string Output)> Run(string users)
    {
        using var directory = new TempDirectory();
        await File.WriteAllTextAsync(directory.File("users"), users, TestContext.Current.CancellationToken);
        return await Tool.Run("bash", ["-c", "bash \"$1\" <\"$2\"", "-", Path.Combine(Tool.Deploy, "broker.sh"), directory.File("users")]);
    }
}
