namespace Holdfast.ConsoleUi.Tests.Oidc;

/// <summary>One visitor of the console, and a provider that does what it should.</summary>
public abstract class OidcVisits : IClassFixture<OidcScene>
{
    private protected readonly OidcScene _scene;
    private protected readonly Visitor _visitor;

    protected OidcVisits(OidcScene scene)
    {
        (_scene, _visitor) = (scene, new Visitor(scene.Console.Url));
        scene.Reset("ada");
    }

    private protected StandInProvider Provider => _scene.Provider;

    private protected ServedConsole Console => _scene.Console;

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
