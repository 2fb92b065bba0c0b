namespace Holdfast.Platform.Tests;

[Collection(EnvironmentTests.Name)]
public sealed class OidcSettingsTests : IDisposable
{
    private static readonly string[] Whole =
        ["--oidc-issuer", "https://id.example.com/realms/ops", "--oidc-client", "holdfast", "--oidc-roles", "a=viewer"];

    private readonly TempDirectory _directory = new();
    private readonly EnvironmentTests _environment = new();

    public void Dispose()
    {
        _environment.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Issuer_client_and_roles_are_enough()
    {
        Assert.Null(Settings.Read([]).Value!.Oidc);
        Assert.Null(Settings.Read(["--oidc-secret-file", _directory.File("none")]).Value!.Oidc);
        var oidc = Settings.Read(Whole).Value!.Oidc!;
        Assert.Equal(("https://id.example.com/realms/ops", "holdfast", "id.example.com", "preferred_username", "groups", null),
            (oidc.Issuer, oidc.Client, oidc.Title, oidc.NameClaim, oidc.RoleClaim, oidc.Secret));
        Assert.Equal(["openid", "profile", "email"], oidc.Scopes);
    }

    [Theory]
    [InlineData("a=viewer;b=Administrator", "a:viewer b:administrator")]
    [InlineData("cn=ops,dc=example=operator ; /deep/group = deployer", "/deep/group:deployer cn=ops,dc=example:operator")]
    [InlineData("a", null)]
    [InlineData("=viewer", null)]
    [InlineData("a=root", null)]
    [InlineData("a=viewer;a=operator", null)]
    [InlineData(";", null)]
    public void A_role_stands_behind_the_last_equals_sign(string given, string? read)
    {
        var settings = Settings.Read([.. Whole[..4], "--oidc-roles", given]);
        Assert.Equal(read is null ? ["oidc-roles"] : [], settings.Fault?.Fields.Select(f => f.Field) ?? []);
        Assert.Equal(read, settings.Value is { } taken
            ? string.Join(' ', taken.Oidc!.Roles.OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => $"{r.Key}:{r.Value}")) : null);
    }

    [Theory]
    [InlineData("http://127.0.0.1:9000", true)]
    [InlineData("http://[::1]:9000", true)]
    [InlineData("http://localhost", true)]
    [InlineData("http://id.example.com", false)]
    [InlineData("http://169.254.169.254", false)]
    [InlineData("https://id.example.com?tenant=a", false)]
    [InlineData("https://ada:secret@id.example.com", false)]
    [InlineData("id.example.com", false)]
    public void A_provider_is_spoken_to_over_TLS(string issuer, bool taken)
    {
        var settings = Settings.Read(["--oidc-issuer", issuer, .. Whole[2..]]);
        Assert.Equal(taken ? [] : ["oidc-issuer"], settings.Fault?.Fields.Select(f => f.Field) ?? []);
        Assert.DoesNotContain("secret", settings.Fault?.Detail ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("oidc-issuer", "--oidc-client", "holdfast", "--oidc-roles", "a=viewer")]
    [InlineData("oidc-client", "--oidc-issuer", "https://id.example.com", "--oidc-roles", "a=viewer")]
    [InlineData("oidc-roles", "--oidc-issuer", "https://id.example.com", "--oidc-client", "holdfast")]
    public void A_part_that_is_missing_is_named(string missing, params string[] given) =>
        Assert.Equal(missing, Assert.Single(Settings.Read(given).Fault!.Fields).Field);

    [Fact]
    public void Scopes_and_claims_are_words_and_openid_is_asked_for()
    {
        var title = new string('t', 41);
        var fault = Settings.Read([.. Whole, "--oidc-scopes", "profile", "--oidc-name-claim", "a b", "--oidc-title", title]).Fault!;
        Assert.Equal(["oidc-name-claim", "oidc-scopes", "oidc-title"], fault.Fields.Select(f => f.Field).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_secret_is_of_the_environment_or_of_a_file_and_of_no_command_line()
    {
        var file = _directory.File("secret");
        Assert.Equal("oidc-secret-file", Assert.Single(Settings.Read([.. Whole, "--oidc-secret-file", file]).Fault!.Fields).Field);
        File.WriteAllText(file, "\n");
        Assert.Equal("oidc-secret-file", Assert.Single(Settings.Read([.. Whole, "--oidc-secret-file", file]).Fault!.Fields).Field);
        File.WriteAllText(file, "s3cret\n");
        var read = Settings.Read([.. Whole, "--oidc-secret-file", file]).Value!.Oidc!;
        Assert.Equal((file, null, "s3cret"), (read.SecretFile, read.Secret, OidcSettings.SecretOf(file)));
        _environment[OidcSettings.SecretVariable] = "of the environment";
        read = Settings.Read([.. Whole, "--oidc-secret-file", file]).Value!.Oidc!;
        Assert.Equal((null, "of the environment"), (read.SecretFile, read.Secret));
        Assert.DoesNotContain("of the environment", $"{read} {Settings.Read(Whole).Value}", StringComparison.Ordinal);
        Assert.Equal("--oidc-secret", Assert.Single(Settings.Read([.. Whole, "--oidc-secret=s"]).Fault!.Fields).Field);
    }

    [Fact]
    public void A_process_of_its_own_gets_all_of_it_by_its_environment()
    {
        var file = _directory.File("secret");
        File.WriteAllText(file, "s3cret");
        string[] more = ["--oidc-secret-file", file, "--oidc-title", "Ours", "--oidc-scopes", "openid groups"];
        var given = Settings.Read([.. Whole, .. more]).Value!.Oidc!;
        foreach (var (name, value) in given.ToEnvironment())
        {
            _environment[name] = value;
        }

        var read = Settings.Read([]).Value!.Oidc!;
        Assert.Equal(given.ToEnvironment(), read.ToEnvironment());
    }
}
