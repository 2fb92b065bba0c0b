namespace Holdfast.ConsoleUi.Tests.Oidc;

/// <summary>One provider and one console; each test says of somebody else.</summary>
public sealed class OidcScene : IAsyncLifetime
{
    internal StandInProvider Provider { get; private set; } = null!;

    internal ServedConsole Console { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Provider = await StandInProvider.Start();
        Console = await ServedConsole.Start(secret =>
        {
            File.WriteAllText(secret, Provider.Secret + "\n");
            return ServedConsole.Settings(Provider.Issuer) with { Secret = null, SecretFile = secret };
        });
    }

    /// <summary>A provider that does what it should, of somebody who was not here yet.</summary>
    internal void Reset(string name)
    {
        (Provider.Name, Provider.Subject, Provider.Groups) = (name, $"id of {name}", ["other", "hf-watch"]);
        (Provider.Claims, Provider.Algorithm, Provider.Forges, Provider.Error) = (_ => { }, "RS256", false, null);
        Provider.Before = _ => Task.FromResult(false);
        Provider.Visits.Clear();
        // Each test begins a minute of its own: the audit tells only so many kinds of failures apart in one.
        Console.Of<FailedLogins>().Tell().GetAwaiter().GetResult();
    }

    public async ValueTask DisposeAsync()
    {
        await Console.DisposeAsync();
        await Provider.DisposeAsync();
    }
}
