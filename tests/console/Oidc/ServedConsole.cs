using System.Net;
using System.Text.RegularExpressions;
using Holdfast.Platform.State;
using Microsoft.AspNetCore.Builder;

namespace Holdfast.ConsoleUi.Tests.Oidc;

/// <summary>A console alone, in this process, whose people sign in at a provider.</summary>
internal sealed class ServedConsole : IAsyncDisposable
{
    internal const string Password = "correct horse 9";

    private readonly TempDirectory _directory = new();
    private readonly WebApplication _app;

    /// <param name="oidc">By the file of the client's secret.</param>
    private ServedConsole(Func<string, OidcSettings?> oidc)
    {
        var settings = new Settings
        {
            Port = 0, DataDirectory = _directory.Location, Profile = Profile.Fast, Instance = "oidc", Oidc = oidc(SecretFile),
            LogLevel = Serilog.Events.LogEventLevel.Verbose,
        };
        _app = HoldfastHost.Build(settings, [new ConsoleModule()], TokenAuth.Load(_directory.Location).Value!);
    }

    internal string Url { get; private set; } = "";

    internal string SecretFile => _directory.File("secret");

    internal string Logs => string.Concat(
        Directory.EnumerateFiles(Path.Combine(_directory.Location, "logs"), "*", SearchOption.AllDirectories).Select(File.ReadAllText));

    internal T Of<T>() where T : notnull => _app.Services.GetRequiredService<T>();

    internal static async Task<ServedConsole> Start(Func<string, OidcSettings?> oidc)
    {
        var console = new ServedConsole(oidc);
        await console._app.StartAsync(TestContext.Current.CancellationToken);
        console.Url = console._app.Urls.Single();
        return console;
    }

    internal static OidcSettings Settings(string issuer) => new()
    {
        Issuer = issuer, Client = StandInProvider.Client, Title = "Stand-in", Secret = "a secret of the client's own",
        Roles = new Dictionary<string, string>(StringComparer.Ordinal) { ["hf-admins"] = "administrator", ["hf-watch"] = "viewer" },
    };

    /// <summary>A user with a password of this console.</summary>
    internal async Task Local(string name)
    {
        var users = Of<Users>();
        var key = (await users.Invite(name, Role.Administrator, "test", CancellationToken.None)).Value!;
        Assert.Null((await users.Accept(key, Password, "10.0.0.9", CancellationToken.None)).Fault);
    }

    /// <summary>The newest entry about a login.</summary>
    internal async Task<AuditEntry> LastLogin() =>
        (await Of<Audit>().Read(new AuditFilter(What: FailedLogins.Deed), null, 1, CancellationToken.None)).Items[0].Document;

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);
        await _app.DisposeAsync();
        _directory.Dispose();
    }
}

/// <summary>A browser without its pages: cookies, and one address after the other.</summary>
internal sealed partial class Visitor : IDisposable
{
    private static int _visitors;

    private readonly HttpClientHandler _handler = new() { AllowAutoRedirect = false, CookieContainer = new CookieContainer() };
    private readonly HttpClient _http;

    /// <summary>Each comes from an address of its own: budgets are by address.</summary>
    internal Visitor(string url)
    {
        _http = new HttpClient(_handler) { BaseAddress = new Uri(url), Timeout = TimeSpan.FromSeconds(60) };
        var number = Interlocked.Increment(ref _visitors);
        _http.DefaultRequestHeaders.Add("X-Forwarded-For", $"10.20.{number >> 8}.{number & 255}");
    }

    internal CookieCollection Cookies => _handler.CookieContainer.GetAllCookies();

    internal void Keep(Cookie cookie) => _handler.CookieContainer.Add(cookie);

    internal bool IsInside => Cookies["holdfast_session"] is not null;

    /// <summary>One step.</summary>
    internal async Task<(HttpStatusCode Status, string Next, string Text)> Go(string address)
    {
        using var answer = await _http.GetAsync(new Uri(address, UriKind.RelativeOrAbsolute), TestContext.Current.CancellationToken);
        return (answer.StatusCode, answer.Headers.Location?.OriginalString ?? "",
            WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
    }

    /// <summary>From the login to the provider and back: the address that it is sent back to, not opened yet.</summary>
    internal async Task<string> ToProvider(string next = "/")
    {
        var begun = await Go($"/login/oidc?next={Uri.EscapeDataString(next)}");
        Assert.Equal(HttpStatusCode.Redirect, begun.Status);
        return (await Go(begun.Next)).Next;
    }

    /// <summary>All of it: where the console sends the browser in the end.</summary>
    internal async Task<string> SignIn(string next = "/") => (await Go(await ToProvider(next))).Next;

    /// <summary>The antiforgery token of a page's form.</summary>
    internal async Task<string> FormOf(string page) => FormToken().Match((await Go(page)).Text).Groups["token"].Value;

    /// <summary>A form of the console, with its antiforgery token.</summary>
    internal async Task<HttpResponseMessage> Send(string page, string path, params (string Name, string Value)[] fields)
    {
        using var content = new FormUrlEncodedContent([.. fields.Select(f => KeyValuePair.Create(f.Name, f.Value)),
            new("__RequestVerificationToken", await FormOf(page))]);
        return await _http.PostAsync(new Uri(path, UriKind.Relative), content, TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        _http.Dispose();
        _handler.Dispose();
    }

    [GeneratedRegex("""name="__RequestVerificationToken" value="(?<token>[^"]+)"|value="(?<token>[^"]+)" name="__Request""")]
    private static partial Regex FormToken();
}
