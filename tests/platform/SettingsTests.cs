using Holdfast.Contracts;

namespace Holdfast.Platform.Tests;

[Collection(EnvironmentTests.Name)]
public sealed class SettingsTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly EnvironmentTests _environment = new();

    public void Dispose()
    {
        _environment.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Nothing_said_is_the_defaults()
    {
        var settings = Settings.Read([]).Value!;
        Assert.Equal(("127.0.0.1", 8089, Profile.Standard, null, "http://127.0.0.1:8089"),
            (settings.Listen, settings.Port, settings.Profile, settings.Broker, settings.PublicUrl));
        Assert.Equal(256, settings.ReplayMb);
    }

    [Fact]
    public void The_command_line_beats_the_environment_and_that_beats_the_file()
    {
        var file = Config("""{"port":1,"profile":"oms","instance":"file"}""");
        _environment["HOLDFAST_PORT"] = "2";
        _environment["HOLDFAST_PROFILE"] = "fast";
        var settings = Settings.Read(["--config", file, "--port=3"]).Value!;
        Assert.Equal((3, Profile.Fast, "file"), (settings.Port, settings.Profile, settings.Instance));
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once()
    {
        var fault = Settings.Read(["--port", "65536", "--profile", "slow", "--listen", "here", "--nonsense", "--instance"]).Fault!;
        Assert.Equal(["--instance", "--nonsense", "listen", "port", "profile"], fault.Fields
            .Select(f => f.Field).Order(StringComparer.Ordinal));
        Assert.Contains(string.Join(", ", Profile.Names), fault.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none", "")]
    [InlineData("10.1.2.3", "10.1.2.3/32")]
    [InlineData("::1, 10.0.0.0/8", "::1/128 10.0.0.0/8")]
    [InlineData("10.0.0.1/8", "10.0.0.0/8")]
    [InlineData("10.0.0.0/33", null)]
    [InlineData("door", null)]
    [InlineData("10.0.0.0/8,", null)]
    public void Proxies_are_addresses_and_networks(string given, string? taken)
    {
        var read = Settings.Read(["--proxies", given]);
        Assert.Equal(taken is null ? ["proxies"] : [], read.Fault?.Fields.Select(f => f.Field) ?? []);
        Assert.Equal(taken, read.Value is { } settings ? string.Join(' ', settings.Proxies) : null);
    }

    [Theory]
    [InlineData("audit-days", "1", true)]
    [InlineData("audit-days", "0", false)]
    [InlineData("audit-days", "36501", false)]
    [InlineData("audit-entries", "1000", true)]
    [InlineData("audit-entries", "999", false)]
    [InlineData("audit-entries", "many", false)]
    public void The_audit_is_kept_for_a_day_at_least_and_has_a_thousand_entries_at_least(string key, string given, bool taken) =>
        Assert.Equal(taken ? [] : [key], Settings.Read([$"--{key}", given]).Fault?.Fields.Select(f => f.Field) ?? []);

    [Theory]
    [InlineData("0", true)]
    [InlineData("65535", true)]
    [InlineData("65536", false)]
    [InlineData("-1", false)]
    public void A_port_is_0_to_65535(string port, bool taken) => Assert.Equal(taken, Settings.Read(["--port", port]).Fault is null);

    [Theory]
    [InlineData("0", 0)]
    [InlineData("1000000", 1_000_000)]
    [InlineData("1000001", null)]
    [InlineData("-1", null)]
    [InlineData("much", null)]
    public void The_recording_has_0_to_a_million_mebibytes(string given, int? taken)
    {
        var settings = Settings.Read(["--replay-mb", given]);
        Assert.Equal(taken, settings.Value?.ReplayMb);
        Assert.Equal(taken is null ? ["replay-mb"] : [], settings.Fault?.Fields.Select(f => f.Field) ?? []);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("""{"port":1,"port":2}""")]
    [InlineData("")]
    public void A_file_that_is_no_json_object_is_refused_by_name(string text)
    {
        var fault = Settings.Read(["--config", Config(text)]).Fault!;
        Assert.Equal(("PF-201", "config"), (fault.Code, Assert.Single(fault.Fields).Field));
    }

    [Fact]
    public void A_file_that_is_missing_or_a_directory_is_refused_by_name()
    {
        Assert.Equal("config", Settings.Read(["--config", _directory.File("none")]).Fault!.Fields[0].Field);
        Assert.Equal("config", Settings.Read(["--config", _directory.Location]).Fault!.Fields[0].Field);
    }

    [Theory]
    [InlineData("tls-key", "--tls-cert", "a.crt")]
    [InlineData("tls-cert", "--tls-key", "a.key")]
    [InlineData("rabbitmq-key", "--rabbitmq-cert", "a.crt", "--rabbitmq", "amqps://host")]
    [InlineData("rabbitmq-cert", "--rabbitmq-cert", "a.crt", "--rabbitmq-key", "a.key", "--rabbitmq", "amqp://host")]
    [InlineData("host-tokens", "--host-tokens", "sometimes")]
    public void What_secures_a_connection_is_whole_or_refused_by_name(string field, params string[] args) =>
        Assert.Equal(field, Assert.Single(Settings.Read(args).Fault!.Fields).Field);

    [Fact]
    public void A_certificate_makes_the_address_that_people_are_told_https()
    {
        var settings = Settings.Read(["--tls-cert", "a.crt", "--tls-key", "a.key", "--host-tokens", "required"]).Value!;
        Assert.Equal(("https://127.0.0.1:8089", Path.GetFullPath("a.crt"), true),
            (settings.PublicUrl, settings.TlsCertificate, settings.HostTokensOnly));
    }

    [Fact]
    public void An_empty_data_directory_is_none_said() =>
        Assert.Equal(Path.GetFullPath("data"), Settings.Read(["--data="]).Value!.DataDirectory);

    [Theory]
    [InlineData("--rabbitmq", "http://user:s3cret@host/")]
    [InlineData("--rabbitmq", "amqp://user:s3cret@host:port/")]
    [InlineData("--rabbitmq", "amqp://user:s3cret/x@host:port")]
    [InlineData("--rabbitmq", "amqp://user:s3cret@rest@host:port")]
    [InlineData("--rabbitmq", "user:s3cret@host")]
    [InlineData("--rabitmq=amqp://user:s3cret@host")]
    [InlineData("amqp://user:s3cret@host")]
    public void No_error_shows_a_password(params string[] args)
    {
        var fault = Settings.Read(args).Fault!;
        Assert.DoesNotContain("s3cret", $"{fault} {string.Join(' ', fault.Fields)}", StringComparison.Ordinal);
        Assert.Contains("@host", fault.Detail, StringComparison.Ordinal);
    }

    private string Config(string text)
    {
        File.WriteAllText(_directory.File("holdfast.json"), text);
        return _directory.File("holdfast.json");
    }
}

[Collection(EnvironmentTests.Name)]
public sealed class TokenAuthTests : IDisposable
{
    private const string Long = "0123456789abcdef";
    private readonly TempDirectory _directory = new();
    private readonly EnvironmentTests _environment = new();

    public void Dispose()
    {
        _environment.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void The_first_start_creates_a_token_that_only_its_owner_reads_and_later_ones_keep_it()
    {
        var first = TokenAuth.Load(_directory.Location).Value!;
        var file = _directory.File("token");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        var token = File.ReadAllText(file).Trim();
        Assert.True(first.Accepts(Bearer.Of("Bearer " + token)));
        Assert.True(TokenAuth.Load(_directory.Location).Value!.Accepts(Bearer.Of("bearer " + token)));
        Assert.Equal([file], Directory.GetFiles(_directory.Location));
    }

    [Fact]
    public void Holdfast_token_wins_over_both_files()
    {
        File.WriteAllText(_directory.File("token"), new string('x', 20));
        _environment["HOLDFAST_TOKEN_FILE"] = _directory.File("token");
        Assert.True(TokenAuth.Load(_directory.Location).Value!.Accepts(Bearer.Of("Bearer " + new string('x', 20))));
        _environment["HOLDFAST_TOKEN"] = $" {Long}\n";
        Assert.True(TokenAuth.Load(_directory.Location).Value!.Accepts(Bearer.Of("Bearer " + Long)));
    }

    [Theory]
    [InlineData(16, true)]
    [InlineData(15, false)]
    public void A_token_shorter_than_16_characters_is_refused_and_not_shown(int length, bool taken)
    {
        _environment["HOLDFAST_TOKEN"] = Long[..length];
        var loaded = TokenAuth.Load(_directory.Location);
        Assert.Equal(taken, loaded.Fault is null);
        Assert.DoesNotContain(Long[..length], loaded.Fault?.ToString() ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void A_named_file_that_is_missing_is_refused_and_not_created()
    {
        _environment["HOLDFAST_TOKEN_FILE"] = _directory.File("none");
        Assert.Equal("PF-203", TokenAuth.Load(_directory.Location).Fault!.Code);
        Assert.Empty(Directory.GetFiles(_directory.Location));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Basic 0123456789abcdef")]
    [InlineData("Bearer 0123456789abcdeF")]
    [InlineData("0123456789abcdef")]
    public void Nothing_but_the_token_is_accepted(string? header)
    {
        _environment["HOLDFAST_TOKEN"] = Long;
        Assert.False(TokenAuth.Load(_directory.Location).Value!.Accepts(Bearer.Of(header)));
    }
}

/// <summary>HOLDFAST_ variables are the process's: their tests take turns, begin without any and leave none.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class EnvironmentTests : IDisposable
{
    public const string Name = "environment";

    private static readonly string[] Variables = ["TOKEN", "TOKEN_FILE", "LISTEN", "PORT", "DATA", "PROFILE", "RABBITMQ",
        "INSTANCE", "PUBLIC_URL", "REPLAY_MB", "CONFIG", "TLS_CERT", "TLS_KEY", "TLS_CA", "RABBITMQ_CERT", "RABBITMQ_KEY", "HOST_TOKENS",
        "PROXIES", "AUDIT_DAYS", "AUDIT_ENTRIES",
        .. OidcSettings.Keys.Append("oidc-secret").Select(k => k.Replace('-', '_').ToUpperInvariant())];

    public EnvironmentTests() => Dispose();

    internal string? this[string variable]
    {
        set => Environment.SetEnvironmentVariable(variable, value);
    }

    public void Dispose() => Array.ForEach(Variables, v => Environment.SetEnvironmentVariable("HOLDFAST_" + v, null));
}
