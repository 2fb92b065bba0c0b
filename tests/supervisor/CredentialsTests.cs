using Microsoft.Extensions.Logging.Abstractions;

namespace Holdfast.Supervisor.Tests;

public sealed class CredentialsTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly ManualTime _clock = new();

    public void Dispose() => _directory.Dispose();

    private string Has(string text)
    {
        var file = Path.Combine(_directory.Location, "token");
        File.WriteAllText(file, text);
        return file;
    }

    private Credentials Opened(string text, string? authorities = null) => Credentials.Open(Settings.Parse(
        ["--host", "h1", "--region", "r", "--idc", "i", "--address", "a", "--server", "https://s", "--work-dir", "w",
            "--token-file", Has(text), .. authorities is null ? Array.Empty<string>() : ["--tls-ca", authorities]],
        null, File.ReadAllText), _clock, NullLogger.Instance);

    private string Later(Credentials credentials)
    {
        _clock.Advance(TimeSpan.FromSeconds(1));
        return credentials.Token;
    }

    [Fact]
    public void A_token_file_that_changes_is_read_again_and_its_first_line_counts()
    {
        var credentials = Opened("first\n");
        Has("second\nfirst\n");
        Assert.Equal(("first", "second"), (credentials.Token, Later(credentials)));
    }

    [Fact]
    public void A_token_file_that_is_empty_or_gone_leaves_the_token_that_was()
    {
        var credentials = Opened("first");
        Has("");
        Assert.Equal(("first", "first"), (Later(credentials), Later(credentials)));
        File.Delete(Has("x"));
        Assert.Equal("first", Later(credentials));
        Has("third");
        Assert.Equal("third", Later(credentials));
    }

    [Theory]
    [InlineData("", null, "HB-303")]
    [InlineData("two words", null, "HB-303")]
    [InlineData("token", "none.pem", "HB-307")]
    [InlineData("token", "token", "HB-307")]
    public void Files_that_cannot_be_used_at_the_start_are_refused_by_name(string token, string? authorities, string code)
    {
        var file = authorities is null ? null : Path.Combine(_directory.Location, authorities);
        var refused = Assert.Throws<StartRefusedException>(() => Opened(token, file));
        Assert.StartsWith(code, refused.Message, StringComparison.Ordinal);
        Assert.Contains(file ?? Path.Combine(_directory.Location, "token"), refused.Message, StringComparison.Ordinal);
    }

    /// <summary>It said keys of resources once: "IO_FileNotFound_FileName, /etc/ca.pem".</summary>
    [Theory]
    [InlineData("none.pem")]
    [InlineData("half.pem")]
    [Trait("Category", "process")]
    public async Task A_real_supervisor_says_a_sentence_about_a_file_that_it_cannot_use(string name)
    {
        const string Half = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        await File.WriteAllTextAsync(Path.Combine(_directory.Location, "half.pem"), Half);
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "holdfast-supervisor"),
            ["--host", "h1", "--region", "r", "--idc", "i", "--address", "a", "--server", "https://s", "--work-dir", _directory.Location,
                "--token-file", Has("token"), "--tls-ca", Path.Combine(_directory.Location, name)])
            { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var said = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Contains("HB-307", said, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"\b[A-Za-z]+_[A-Za-z]+_?[A-Za-z]*\b", said.Split("usage:")[0]);
    }
}
