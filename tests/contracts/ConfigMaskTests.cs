namespace Holdfast.Contracts.Tests;

public sealed class ConfigMaskTests
{
    private const string Stored = """{"sink":{"kind":"pg","password":"p1","url":"postgres://u:p2@h/db","hosts":"""
        + """[{"name":"a","apiKey":"k1"},{"name":"b","apiKey":"k2"}]},"lanes":8}""";

    private static (string? Text, string? Member) Restored(string given, string? stored = Stored) =>
        ConfigMask.Restored(JsonDocument.Parse(given).RootElement, stored);

    [Theory]
    [InlineData("password")]
    [InlineData("sinkPassword")]
    [InlineData("PASSWD")]
    [InlineData("client_secret")]
    [InlineData("accessToken")]
    [InlineData("private_key")]
    [InlineData("apiKeys")]
    [InlineData("credentials")]
    public void A_secret_s_name_hides_whatever_it_is(string name)
    {
        foreach (var value in (string[])["\"x\"", "7", "true", """{"a":1}""", """["x"]"""])
        {
            Assert.Equal($$"""{"a":[{"{{name}}":"***"}]}""", ConfigMask.Shown($$"""{"a":[{"{{name}}":{{value}}}]}""")!.ToJsonString());
        }
    }

    [Theory]
    [InlineData("kind", "sqlite")]
    [InlineData("path", "/data/shop.db")]
    [InlineData("keepHours", "24")]
    [InlineData("tokenFile", "/data/token")]
    [InlineData("api", "http://127.0.0.1:8080")]
    public void What_is_none_is_shown(string name, string value) => Assert.Equal(
        $$"""{"{{name}}":"{{value}}"}""", ConfigMask.Shown($$"""{"{{name}}":"{{value}}"}""")!.ToJsonString());

    [Theory]
    [InlineData("postgres://u:p@h:5432/db")]
    [InlineData("Host=h;Password=p")]
    [InlineData("server=h;PWD=p;")]
    public void A_text_with_a_password_in_it_is_one(string value) =>
        Assert.Equal("""{"address":"***"}""", ConfigMask.Shown($$"""{"address":"{{value}}"}""")!.ToJsonString());

    [Fact]
    public void What_was_shown_and_is_sent_back_is_what_was_stored()
    {
        var shown = ConfigMask.Shown(Stored)!.ToJsonString();
        Assert.DoesNotContain("p1", shown, StringComparison.Ordinal);
        Assert.Equal((Stored, null), Restored(shown));
        Assert.Equal(Stored.Replace("8", "9", StringComparison.Ordinal), Restored(shown.Replace("8", "9", StringComparison.Ordinal)).Text);
    }

    [Theory]
    [InlineData("""{"sink":{"passphrase":"***"}}""", "sink.passphrase")]
    [InlineData("""{"sink":{"hosts":[{"apiKey":"***"}]}}""", "sink.hosts[0].apiKey")] // of another list than the stored one
    [InlineData("""{"other":{"password":"***"}}""", "other.password")]
    public void A_mask_that_stands_for_nothing_is_named(string given, string member) => Assert.Equal((null, member), Restored(given));

    [Fact]
    public void A_new_configuration_has_no_masks_but_may_have_stars()
    {
        Assert.Equal((null, "password"), Restored("""{"password":"***"}""", null));
        Assert.Equal(("""{"note":"***"}""", null), Restored("""{"note":"***"}""", null));
        Assert.Null(ConfigMask.Shown(null));
    }
}
