namespace Holdfast.Supervisor.Tests;

public sealed class SettingsTests
{
    private static readonly string[] Needed =
        ["--host", "h1", "--region", "r", "--idc", "i", "--address", "a", "--work-dir", "w", "--token-file", "token"];

    private const string Users = "root:x:0:0:root:/root:/bin/sh\nsomebody:x:77:88::/:/bin/false\n";

    private static Settings Read(string server, params string[] more) => Settings.Parse([.. Needed, "--server", server, .. more], null,
        file => file == "token" ? "token" : file == ComponentUser.File ? Users : null);

    private static string Refusal(string server, params string[] more) =>
        Assert.Throws<StartRefusedException>(() => Read(server, more)).Message;

    [Theory]
    [InlineData("http://127.0.0.1:8089")]
    [InlineData("http://127.1.2.3")]
    [InlineData("http://localhost:8089")]
    [InlineData("http://[::1]:8089")]
    [InlineData("https://holdfast.example.com")]
    public void A_server_on_this_machine_or_over_TLS_is_called(string server) => Assert.Equal(new Uri(server), Read(server).Server);

    /// <summary>A token in clear text is whoever's is on the way.</summary>
    [Theory]
    [InlineData("http://holdfast.example.com")]
    [InlineData("http://10.0.0.1:8089")]
    [InlineData("http://localhost.example.com")]
    public void Clear_text_beyond_this_machine_is_refused_unless_it_is_allowed(string server)
    {
        Assert.Contains("HB-300 --server " + server, Refusal(server), StringComparison.Ordinal);
        Assert.Contains("--clear-text allowed", Refusal(server), StringComparison.Ordinal);
        Assert.Equal(new Uri(server), Read(server, "--clear-text", "allowed").Server);
        Assert.Contains("--clear-text yes", Refusal(server, "--clear-text", "yes"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("somebody", 77, 88)]
    [InlineData("5:6", 5, 6)]
    public void Components_run_as_a_user_by_name_or_by_numbers(string given, int uid, int gid) =>
        Assert.Equal(new ComponentUser(uid, gid), Read("https://s", "--component-user", given).ComponentUser);

    [Theory]
    [InlineData("root")]
    [InlineData("0:0")]
    [InlineData("5:0")]
    [InlineData("nobody-here")]
    [InlineData("5")]
    public void Root_and_unknown_ones_are_no_users_for_components(string given) =>
        Assert.Contains($"--component-user {given}", Refusal("https://s", "--component-user", given), StringComparison.Ordinal);

    [Fact]
    public void A_host_that_is_to_be_enrolled_has_no_token_yet_and_says_where_it_goes()
    {
        string[] to = [.. Needed[..^1], "new-token", "--server", "https://s", "--enrolment-file", "e"];
        Assert.Null(Settings.Parse(to, null, _ => null).Token);
        Assert.Equal("there", Settings.Parse(to, null, file => file == "new-token" ? "there" : null).Token);
        string[] nowhere = [.. Needed[..^2], "--server", "https://s", "--enrolment-file", "e"];
        Assert.Contains("--enrolment-file: needs --token-file",
            Assert.Throws<StartRefusedException>(() => Settings.Parse(nowhere, "env", _ => null)).Message, StringComparison.Ordinal);
        // Half a token file is no reason to make another token.
        Assert.Throws<StartRefusedException>(() => Settings.Parse(to, null, _ => ""));
    }

    [Theory]
    [InlineData("--interval 0", "HB-300 --interval 0: must be a number")]
    [InlineData("--server ftp://x", "HB-300 --server ftp://x: must be an http")]
    [InlineData("--nonsense 1", "HB-300 --nonsense: is not a flag")]
    [InlineData("--interval", "HB-300 --interval: needs a value")]
    [InlineData("--region a/b", "HB-300 --region a/b: must not have any of")]
    [InlineData("--idc ..", "HB-300 --idc ..: must not be")]
    [InlineData("--host ..", "HB-300 --host ..: must be 1 to 128 letters")]
    [InlineData("--token-file /none", "HB-303 --token-file /none: must be")]
    public void A_bad_flag_is_named_with_its_value_and_rule(string flags, string expected)
    {
        var good = "--host h --region r --idc i --address a --server https://s --work-dir /w".Split(' ').ToList();
        var bad = flags.Split(' ');
        var at = good.IndexOf(bad[0]);
        if (at >= 0)
        {
            good.RemoveRange(at, 2);
        }

        var refused = Assert.Throws<StartRefusedException>(() => Settings.Parse([.. good, .. bad], "t", _ => null));
        Assert.StartsWith(expected, refused.Message, StringComparison.Ordinal);
    }
}
