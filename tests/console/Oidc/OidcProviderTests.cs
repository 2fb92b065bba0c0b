using Microsoft.AspNetCore.Http;

namespace Holdfast.ConsoleUi.Tests.Oidc;

/// <summary>A provider that changes, answers without an end, or leads elsewhere; and the secret that the console shows it.</summary>
public sealed class OidcProviderTests(OidcScene scene) : OidcVisits(scene)
{
    [Fact]
    public async Task A_new_key_of_the_provider_serves_at_once()
    {
        _scene.Reset("ivan");
        Assert.Equal("/", await _visitor.SignIn());
        Provider.ChangeKey();
        Assert.Equal("/", await _visitor.SignIn());
    }

    [Fact]
    public async Task The_secret_of_the_client_changes_with_its_file_and_is_in_no_log_and_in_no_audit()
    {
        var before = Provider.Secret;
        Provider.Secret = "another secret of the client";
        Assert.StartsWith("/login?code=CO-132", await _visitor.SignIn(), StringComparison.Ordinal);
        Assert.Equal($"by {Provider.Issuer}: the provider does not take the code: invalid_client", (await Console.LastLogin()).Detail);
        await File.WriteAllTextAsync(Console.SecretFile, Provider.Secret, Cancel);
        Assert.Equal("/", await _visitor.SignIn());
        await Eventually.Holds(() => Console.Logs.Contains("invalid_client", StringComparison.Ordinal) ? null : "the log has it",
            TimeSpan.FromSeconds(10));
        Assert.DoesNotContain(before, Console.Logs, StringComparison.Ordinal);
        Assert.DoesNotContain(Provider.Secret, Console.Logs, StringComparison.Ordinal);
        Assert.DoesNotContain("call 555", Console.Logs, StringComparison.Ordinal);
        await File.WriteAllTextAsync(Console.SecretFile, before, Cancel);
        Provider.Secret = before;
    }

    [Theory]
    [InlineData("/token")]
    [InlineData("/me")]
    public async Task An_endless_answer_of_the_provider_ends_the_sign_in_and_not_the_console(string path)
    {
        Provider.Before = context => context.Request.Path == path ? Endless(context) : Task.FromResult(false);
        var page = await _visitor.SignIn();
        Assert.StartsWith("/login?code=CO-13", page, StringComparison.Ordinal);
        Assert.False(_visitor.IsInside);
    }

    [Fact]
    public async Task No_redirect_of_the_provider_s_endpoints_is_followed()
    {
        var came = 0;
        Provider.Before = context =>
        {
            came += context.Request.Path == "/latest" ? 1 : 0;
            if (context.Request.Path == "/token")
            {
                context.Response.Redirect($"{Provider.Issuer}/latest", permanent: false, preserveMethod: true);
            }

            return Task.FromResult(context.Request.Path == "/token");
        };
        Assert.StartsWith("/login?code=CO-13", await _visitor.SignIn(), StringComparison.Ordinal);
        Assert.Equal(0, came);
    }

    private static async Task<bool> Endless(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        var part = new string(' ', 64 << 10);
        while (!context.RequestAborted.IsCancellationRequested)
        {
            await context.Response.WriteAsync(part);
        }

        return true;
    }
}
