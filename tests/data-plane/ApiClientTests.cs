using System.Net.Sockets;
using Holdfast.Data.Config;
using Holdfast.Data.Network;

namespace Holdfast.DataPlane.Tests;

/// <summary>
/// The client of a component that asks the services; they let nobody read without a token once the console has an administrator.
/// </summary>
public sealed class ApiClientTests : IDisposable
{
    private readonly TempDirectory _folder = new();
    private readonly HttpListener _listener = new();
    private readonly Uri _address;

    public ApiClientTests()
    {
        _address = new Uri($"http://127.0.0.1:{FreePort.Next()}/");
        _listener.Prefixes.Add(_address.ToString());
        _listener.Start();
    }

    public void Dispose()
    {
        _listener.Close();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_first_line_of_the_token_s_file_is_shown_as_it_is_now()
    {
        var file = _folder.File("token");
        using var http = ApiClient.Make(file, authorities: null);
        Assert.Null(await Shown(http));
        await File.WriteAllTextAsync(file, "one\n", TestContext.Current.CancellationToken);
        Assert.Equal("Bearer one", await Shown(http));
        await File.WriteAllTextAsync(file, "two\none\n", TestContext.Current.CancellationToken);
        Assert.Equal("Bearer two", await Shown(http));
        using var without = ApiClient.Make(tokenFile: null, authorities: null);
        Assert.Null(await Shown(without));
    }

    [Fact]
    public void Authorities_that_cannot_be_read_are_told_by_their_field()
    {
        var missing = Assert.Throws<ConfigException>(() => ApiClient.Make(null, _folder.File("ca.pem")));
        Assert.StartsWith("DP-502 authorities: ", missing.Message, StringComparison.Ordinal);
        File.WriteAllText(_folder.File("ca.pem"), "-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n");
        Assert.Throws<ConfigException>(() => ApiClient.Make(null, _folder.File("ca.pem")));
    }

    private async Task<string?> Shown(HttpClient http)
    {
        var asked = _listener.GetContextAsync();
        var answering = http.GetAsync(_address, TestContext.Current.CancellationToken);
        var context = await asked;
        context.Response.Close();
        (await answering).Dispose();
        return context.Request.Headers["Authorization"];
    }
}
