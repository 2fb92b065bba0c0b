using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Holdfast.Contracts.Views;
using Holdfast.Platform.Tls;
using Microsoft.AspNetCore.Builder;

namespace Holdfast.Platform.Tests;

/// <summary>The real listener over TLS, and files that change under it.</summary>
[Collection(EnvironmentTests.Name)]
[Trait("Category", "slow")]
public sealed class TlsServedTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly TempDirectory _directory = new();
    private readonly EnvironmentTests _environment = new();
    private readonly CancellationTokenSource _limit = new(Limit, TimeProvider.System);
    private Authority _authority = null!;
    private (string Certificate, string Key) _files;
    private WebApplication _app = null!;

    public async ValueTask InitializeAsync()
    {
        _authority = new Authority(_directory.Location, "ca");
        _files = _authority.Issue("server", ["127.0.0.1"]);
        var settings = new Settings
        {
            DataDirectory = _directory.Location, Port = 0, TlsCertificate = _files.Certificate, TlsKey = _files.Key, Instance = "one",
        };
        _app = HoldfastHost.Build(settings, [], TokenAuth.Load(_directory.Location).Value!);
        await _app.StartAsync(_limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(_limit.Token);
        await _app.DisposeAsync();
        _authority.Dispose();
        _environment.Dispose();
        _limit.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Who_believes_the_authority_is_answered_and_plain_http_is_not()
    {
        Assert.Equal("https", Address.Scheme);
        Assert.Equal(HttpStatusCode.OK, await Ask(Address, _authority.File));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => Ask(new UriBuilder(Address) { Scheme = "http" }.Uri, _authority.File));
    }

    [Fact]
    public async Task Another_authority_another_name_and_the_systems_authorities_refuse_it_and_say_so()
    {
        using var other = new Authority(_directory.Location, "other");
        var refused = await Assert.ThrowsAnyAsync<HttpRequestException>(() => Ask(Address, other.File));
        Assert.Contains("PF-213", refused.GetBaseException().Message, StringComparison.Ordinal);
        Assert.Contains("'CN=other'", refused.GetBaseException().Message, StringComparison.Ordinal);
        var named = await Assert.ThrowsAnyAsync<HttpRequestException>(() =>
            Ask(new UriBuilder(Address) { Host = "localhost" }.Uri, _authority.File));
        Assert.Contains("not for 'localhost' but for '127.0.0.1'", named.GetBaseException().Message, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => Ask(Address, null));
    }

    [Fact]
    public async Task A_new_certificate_serves_without_a_restart_is_in_the_audit_and_a_bad_one_changes_nothing()
    {
        var first = await Serial();
        var newer = _authority.Issue("newer", ["127.0.0.1"]);
        File.Copy(newer.Certificate, _files.Certificate, overwrite: true);
        File.Copy(newer.Key, _files.Key, overwrite: true);
        await Until(async () => await Serial() != first);
        var second = await Serial();
        await Until(async () => (await Audited()).Any(a => a.What == "take over the HTTP certificate" && a.By == "holdfast@one"));

        await File.WriteAllTextAsync(_files.Certificate, "nonsense", _limit.Token);
        await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System, _limit.Token);
        Assert.Equal(second, await Serial());
    }

    [Fact]
    public async Task A_token_file_with_two_lines_accepts_both_and_later_only_what_is_left()
    {
        var file = _directory.File("token");
        var (old, young) = ((await File.ReadAllTextAsync(file, _limit.Token)).Trim(), "a-token-that-is-newer");
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.Unauthorized), (await Change(old), await Change(young)));
        await File.WriteAllTextAsync(file, $"{young}\n{old}\n", _limit.Token);
        await Until(async () => await Change(young) == HttpStatusCode.NotFound);
        Assert.Equal(HttpStatusCode.NotFound, await Change(old));
        await File.WriteAllTextAsync(file, "short", _limit.Token);
        await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System, _limit.Token);
        Assert.Equal(HttpStatusCode.NotFound, await Change(young));
        await File.WriteAllTextAsync(file, young, _limit.Token);
        await Until(async () => await Change(old) == HttpStatusCode.Unauthorized);
        Assert.Equal(HttpStatusCode.NotFound, await Change(young));
        await Until(async () => (await Audited()).Count(a => a.What == "take over the installation's token") == 2);
        Assert.All(await Audited(), a => Assert.DoesNotContain(young, $"{a}", StringComparison.Ordinal));
    }

    private Uri Address => new(_app.Urls.Single());

    private async Task<HttpStatusCode> Change(string token)
    {
        using var http = new HttpClient(Calling(_authority.File).Handler());
        http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        using var answer = await http.PostAsync(new Uri(Address, "/api/v1/nothing"), null, _limit.Token);
        return answer.StatusCode;
    }

    private async Task<HttpStatusCode> Ask(Uri address, string? authorities)
    {
        using var http = new HttpClient(Calling(authorities).Handler());
        using var answer = await http.GetAsync(new Uri(address, "/health/live"), _limit.Token);
        return answer.StatusCode;
    }

    private static TlsFiles Calling(string? authorities) =>
        TlsFiles.Load(new Settings { TlsAuthorities = authorities }, TimeProvider.System).Value!;

    /// <summary>Of the certificate that a new connection is shown.</summary>
    private async Task<string> Serial()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(Address.Host, Address.Port, _limit.Token);
        await using var tls = new SslStream(client.GetStream(), false, Calling(_authority.File).Trust!.Accepts);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "127.0.0.1" }, _limit.Token);
        return ((X509Certificate2)tls.RemoteCertificate!).SerialNumber;
    }

    private async Task<IReadOnlyList<AuditEntry>> Audited() =>
        [.. (await _app.Services.GetRequiredService<Audit>().Read(new AuditFilter(), null, 100, _limit.Token)).Items
            .Select(i => i.Document)];

    private async Task Until(Func<Task<bool>> holds)
    {
        while (!await holds())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, _limit.Token);
        }
    }
}
