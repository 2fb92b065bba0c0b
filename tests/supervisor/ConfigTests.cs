namespace Holdfast.Supervisor.Tests;

/// <summary>Real processes: a component finds its configuration beside it, or is not started and says why.</summary>
[Trait("Category", "process")]
public sealed class ConfigTests : HostScene
{
    private const string Name = "10.0.0.1-9000:connector_v2:orders-incr_trans-1-0:1";
    private const string Text = """{"incrSync":{"sink":{"password":"tr0ub4dor"}}}""";
    private const string Sleeper = "cp config.json seen.json; stat -c %a config.json > mode; exec sleep 1000";

    private static DesiredComponent Wanted(string name = Name, string text = Text, long epoch = 1) =>
        Desire.Shell(name, Sleeper, epoch) with { ConfigDigest = ComponentConfig.DigestOf(text) };

    private string FileOf(string name, string component = Name) => Path.Combine(_host.Folder(component), name);

    private Task UntilSaid(string file, string text, string component = Name) => _host.Until(
        () => File.Exists(FileOf(file, component)) && File.ReadAllText(FileOf(file, component)).Trim() == text, $"{file} is {text}");

    private Task UntilAbnormal(string because, string component = Name) => _host.Until(
        () => _server.Last(component) is { State: ComponentState.Abnormal, Error: { } why }
            && why.StartsWith("HB-348 ", StringComparison.Ordinal) && why.Contains(because, StringComparison.Ordinal),
        $"{component} is Abnormal: {because}");

    private void Serve(string text = Text) => _server.Configs[Name] = (200, text);

    [Fact]
    public async Task It_is_there_before_the_start_for_its_user_alone_and_nowhere_else()
    {
        Serve();
        _server.Want(Wanted());
        _host.Start();
        await UntilSaid("seen.json", Text);
        await UntilSaid("mode", "600");
        await _host.UntilReported(Name, ComponentState.Running);
        var (path, token) = Assert.Single(_server.Fetches);
        Assert.Equal(($"/api/v1/hosts/h1/components/{Uri.EscapeDataString(Name)}/config", "Bearer secret"), (path, token));
        Assert.DoesNotContain("tr0ub4dor", _host.Log, StringComparison.Ordinal);
        foreach (var process in _host.Living())
        {
            var words = File.ReadAllText($"/proc/{process.Pid}/environ") + File.ReadAllText($"/proc/{process.Pid}/cmdline");
            Assert.DoesNotContain("tr0ub4dor", words, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task One_that_cannot_be_fetched_is_not_started_says_why_and_disturbs_nobody()
    {
        _server.Want(Wanted(), Desire.Shell("b", "exec sleep 1000"));
        _host.Start();
        await _host.UntilReported("b", ComponentState.Running);
        await UntilAbnormal("404 HB-407");
        Assert.Empty(_host.Living(Name));
        Assert.Single(_host.Living("b"));
        Serve();
        await UntilSaid("seen.json", Text);
        await _host.UntilReported(Name, ComponentState.Running);
        Assert.Single(_host.Living("b"));
    }

    [Fact]
    public async Task One_that_is_another_than_the_list_names_is_waited_for_and_told_after_a_while()
    {
        Serve("{}");
        _server.Want(Wanted());
        _host.Start();
        await UntilAbnormal("another one than the host was told of");
        Assert.Empty(_host.Living(Name));
        _server.Want(Wanted(text: "{}", epoch: 2));
        await UntilSaid("seen.json", "{}");
    }

    [Fact]
    public async Task Another_configuration_under_a_higher_epoch_is_another_start()
    {
        Serve();
        _server.Want(Wanted());
        _host.Start();
        await UntilSaid("seen.json", Text);
        Serve("""{"store":{}}""");
        _server.Want(Wanted(text: """{"store":{}}""", epoch: 2));
        await UntilSaid("seen.json", """{"store":{}}""");
        await _host.UntilReported(Name, ComponentState.Running, 2);
    }

    [Fact]
    public async Task What_is_on_the_disk_already_is_not_fetched_again()
    {
        Serve();
        _server.Want(Wanted());
        _host.Start();
        await UntilSaid("seen.json", Text);
        Host.Signal(_host.Pid, Native.SigKill);
        await _host.Until(() => _host.Living().Count == 0, "all are dead");
        File.SetUnixFileMode(FileOf(ComponentConfig.FileName), UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        File.Delete(FileOf("mode"));
        _server.Configs.Clear();
        _host.Start();
        await UntilSaid("mode", "600");
        await _host.UntilReported(Name, ComponentState.Running);
        Assert.Single(_server.Fetches);
    }

    [Theory]
    [InlineData("ln -s /etc/passwd config.json")]
    [InlineData("mkfifo config.json")]
    [InlineData("mkdir -p config.json/x && ln -s /etc config.json.new")]
    public async Task Whatever_stands_in_its_place_is_replaced_and_not_followed(string made)
    {
        Serve();
        _server.Want(Desire.Shell(Name, $"rm -rf config.json*; {made}; touch made; exec sleep 1000"));
        _host.Start();
        await _host.Until(() => File.Exists(FileOf("made")), "it stands there");
        _server.Want(Wanted(epoch: 2));
        await UntilSaid("seen.json", Text);
        await UntilSaid("mode", "600");
        Assert.Null(File.ResolveLinkTarget(FileOf(ComponentConfig.FileName), returnFinalTarget: false));
    }

    [Fact]
    public async Task A_component_without_one_keeps_a_file_of_its_own_under_the_name()
    {
        Directory.CreateDirectory(_host.Folder(Name));
        File.WriteAllText(FileOf(ComponentConfig.FileName), "mine");
        _server.Want(Desire.Shell(Name, Sleeper));
        _host.Start();
        await UntilSaid("seen.json", "mine");
        Assert.Empty(_server.Fetches);
    }

    [Fact]
    public async Task It_does_not_stay_where_the_component_is_not_wanted_any_more()
    {
        Serve();
        _server.Want(Wanted());
        _host.Start();
        await UntilSaid("seen.json", Text);
        _server.Want();
        await _host.Until(() => !File.Exists(FileOf(ComponentConfig.FileName)), "it is gone");
        Assert.True(File.Exists(FileOf("seen.json"))); // the rest of the directory stays
    }

    [Fact]
    public async Task Who_waits_for_it_can_be_stopped_and_forgotten()
    {
        _server.Want(Wanted(), Desire.Shell("b", "exec sleep 1000"));
        _host.Start();
        await UntilAbnormal("404");
        _server.Want(Wanted() with { Desired = DesiredState.Stopped }, Desire.Shell("b", "exec sleep 1000"));
        await _host.UntilReported(Name, ComponentState.Stopped);
        _server.Want(Desire.Shell("b", "exec sleep 1000"));
        await _host.Until(() => _server.Last(Name) is null, "it is forgotten");
        Assert.Single(_host.Living("b"));
    }
}
