using System.Security.Cryptography;

namespace Holdfast.Supervisor.Tests;

/// <summary>A host's first start, by a real supervisor.</summary>
[Trait("Category", "process")]
public sealed class EnrolmentTests : HostScene
{
    private string TokenFile => Path.Combine(_host.Work, "token");

    private string OneTime => Path.Combine(_host.Work, "enrolment");

    private void Start() => _host.StartWith("--token-file", TokenFile, "--enrolment-file", OneTime);

    [Fact]
    public async Task A_token_that_only_this_host_has_seen_is_made_known_and_is_the_same_until_it_was_answered()
    {
        _server.EnrolmentsLost = 1;
        await File.WriteAllTextAsync(OneTime, "one-time\n", TestContext.Current.CancellationToken);
        Start();
        await _host.Until(() => _server.LastToken is not null, "a heartbeat comes");
        var token = (await File.ReadAllTextAsync(TokenFile, TestContext.Current.CancellationToken)).Trim();
        Assert.Equal($"Bearer {token}", _server.LastToken);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(TokenFile));
        Assert.False(File.Exists(OneTime), "a spent one-time token is left");
        Assert.Equal(2, _server.Enrolments.Count);
        Assert.All(_server.Enrolments, e =>
        {
            Assert.Equal(("/api/v1/hosts/h1/enrolment", "Bearer one-time"), (e.Path, e.Token));
            Assert.Equal(
                Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token))), (string?)JsonNode.Parse(e.Body)!["digest"]);
            Assert.DoesNotContain(token, e.Body, StringComparison.Ordinal);
        });
        // Enrolled once, it asks no more.
        Host.Signal(_host.Pid, Native.SigKill);
        await _host.Until(() => _host.Supervisor.HasExited, "it is dead");
        _server.LastToken = null;
        Start();
        await _host.Until(() => _server.LastToken is not null, "a heartbeat comes again");
        Assert.Equal(($"Bearer {token}", 2), (_server.LastToken, _server.Enrolments.Count));
    }

    [Fact]
    public async Task A_refusal_is_said_and_the_next_one_time_token_is_tried_without_a_restart()
    {
        await File.WriteAllTextAsync(OneTime, "stale", TestContext.Current.CancellationToken);
        Start();
        await _host.UntilSaid("HB-309 h1 cannot be enrolled yet: HB-206");
        await File.WriteAllTextAsync(OneTime, "one-time", TestContext.Current.CancellationToken);
        await _host.Until(() => _server.LastToken is not null, "a heartbeat comes");
    }

    [Fact]
    public async Task What_is_not_on_the_hosts_list_is_not_started_and_says_so()
    {
        var list = Path.Combine(_host.Work, "allowed");
        await File.WriteAllTextAsync(list, "/bin/sleep\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(TokenFile, "token", TestContext.Current.CancellationToken);
        _host.StartWith("--token-file", TokenFile, "--allow", list);
        _server.Want(Desire.Shell("not", "touch /tmp/never; sleep 100"), Desire.Shell("yes", "") with { Command = ["sleep", "100"] });
        await _host.UntilReported("yes", ComponentState.Running);
        await _host.UntilReported("not", ComponentState.Abnormal);
        Assert.StartsWith("HB-349", _server.Last("not")!.Error, StringComparison.Ordinal);
        Assert.Empty(_host.Living("not"));
    }

    /// <summary>Both read the same token file once: whoever may run a component could speak for the host.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_component_runs_as_the_user_that_is_named_and_reads_neither_the_token_nor_the_supervisors_memory(bool isUnit)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root may start others as somebody else");
        await File.WriteAllTextAsync(TokenFile, "token", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(TokenFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _server.Configs["c"] = (200, "{}");
        string[] flags = ["--token-file", TokenFile, "--component-user", "12345:12346"];
        _ = isUnit ? _host.StartAsUnit(23456, 12346, flags) : _host.StartWith(flags);
        var script = $$"""
            echo to the log >/dev/stdout || exit 9
            { id -u; id -G; cat config.json; echo
              cat {{TokenFile}} || echo no token; cat /proc/$PPID/environ || echo no memory; kill -0 $PPID || echo no signal
              ls {{_host.Work}} || echo no list; grep CapEff /proc/self/status; } 2>/dev/null >found.new
            mv found.new found
            printf '{"state":"Running"}' >status.new && mv status.new status.json
            sleep 100 & sleep 100
            """;
        _server.Want(Desire.Shell("c", script) with { ConfigDigest = ComponentConfig.DigestOf("{}") });
        await _host.UntilReported("c", ComponentState.Running);
        await _host.Until(() => File.Exists(Path.Combine(_host.Folder("c"), "found")), "it has looked around");
        Assert.Equal(
            ["12345", "12346", "{}", "no token", "no memory", "no signal", "no list", "CapEff:\t0000000000000000"],
            await File.ReadAllLinesAsync(Path.Combine(_host.Folder("c"), "found"), TestContext.Current.CancellationToken));
        await _host.Until(() => _server.Last("c") is { State: ComponentState.Running }, "its status is read");
        Assert.Equal("to the log\n",
            await File.ReadAllTextAsync(Path.Combine(_host.Folder("c"), "stdout.log"), TestContext.Current.CancellationToken));
        // All of its processes end with its supervisor, as ever.
        var processes = _host.Living("c");
        Assert.True(processes.Count >= 2);
        Host.Signal(_host.Pid, Native.SigKill);
        await _host.Until(() => processes.All(p => ProcTable.Read(p.Pid) is not { Lives: true }), "they have ended");
    }
}
