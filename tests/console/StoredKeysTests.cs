using Holdfast.Platform.State;
using Holdfast.Platform.State.Sealing;
using Microsoft.AspNetCore.DataProtection;

namespace Holdfast.ConsoleUi.Tests;

/// <summary>Keys of forms lay plain in each console's own directory once: a second replica refused the first one's forms.</summary>
public sealed class StoredKeysTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private ServiceProvider Console()
    {
        var settings = new Settings { DataDirectory = _directory.Location };
        var services = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System).AddSingleton(settings).AddState(settings)
            .AddSingleton(SecretKeys.Load(settings).Value!);
        new ConsoleModule().AddServices(services, settings);
        return services.BuildServiceProvider();
    }

    [Fact]
    public async Task Two_consoles_take_each_others_forms_and_the_keys_are_sealed_in_the_store()
    {
        await using (var one = Console())
        {
            await using var two = Console();
            var sent = one.GetRequiredService<IDataProtectionProvider>().CreateProtector("form").Protect("a form");
            Assert.Equal("a form", two.GetRequiredService<IDataProtectionProvider>().CreateProtector("form").Unprotect(sent));
            var keys = await one.GetRequiredService<IDocuments<FormKey>>().Query(DocumentQuery<FormKey>.All,
                TestContext.Current.CancellationToken);
            Assert.Contains("<masterKey", Assert.Single(keys.Items).Document.Xml, StringComparison.Ordinal);
        }

        Assert.All(Directory.EnumerateFiles(_directory.Location, "*", SearchOption.AllDirectories), file => Assert.DoesNotContain(
            "masterKey", Encoding.Latin1.GetString(File.ReadAllBytes(file)), StringComparison.Ordinal));
    }

    /// <summary>A page of a fault takes its words from the code alone: a link cannot make it say what its maker likes.</summary>
    [Theory]
    [InlineData("Call 555-1234 for your password")]
    [InlineData("<b>CO-101</b>")]
    [InlineData("CO-999")]
    public void A_code_that_nobody_gives_shows_nothing_of_itself(string code)
    {
        var shown = Faults.OfCode(code);
        Assert.Equal(Faults.OfCode("CO-999"), shown);
        Assert.DoesNotContain("555", shown.Code + shown.Detail + shown.Workaround, StringComparison.Ordinal);
    }
}
