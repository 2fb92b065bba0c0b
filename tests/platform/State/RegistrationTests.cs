using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Holdfast.Platform.Tests.State;

public sealed class RegistrationTests : IDisposable
{
    private readonly StateDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task A_service_asks_for_its_documents()
    {
        using var host = Host(Specimen.Collection());
        await host.StartAsync(Cancel);
        Assert.True(await host.Services.GetRequiredService<IDocuments<Specimen>>().Insert(new Specimen("a"), Cancel));
        Assert.Null(await host.Services.GetRequiredService<IDocumentStore>().CheckHealth(Cancel));
        Assert.True(File.Exists(_directory.File));
        await host.StopAsync(Cancel);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_newer_schema_stops_the_start()
    {
        using (var newer = Host(Specimen.Collection(schemaVersion: 2)))
        {
            await newer.StartAsync(Cancel);
        }

        using var older = Host(Specimen.Collection());
        var refused = await Assert.ThrowsAsync<StateRefusedException>(() => older.StartAsync(Cancel));
        Assert.Equal("PF-304", refused.Fault.Code);
    }

    [Fact]
    public void Two_types_cannot_share_a_name_nor_two_names_a_type()
    {
        var services = new ServiceCollection().AddDocuments(Specimen.Collection());
        var sameName = new Collection<Uri>("test.specimens", 1, uri => uri.ToString());
        Assert.Throws<InvalidOperationException>(() => services.AddDocuments(sameName));
        Assert.Throws<InvalidOperationException>(() => services.AddDocuments(Specimen.Collection("test.others")));
        services.AddDocuments(new Collection<Uri>("test.links", 1, uri => uri.ToString()));
    }

    [Theory]
    [InlineData("specimens")]
    [InlineData("Test.specimens")]
    [InlineData("test.\"; DROP TABLE x")]
    [InlineData("")]
    public void A_name_that_no_store_can_keep_is_refused(string name) =>
        Assert.Throws<ArgumentException>(() => Specimen.Collection(name));

    private IHost Host(Collection<Specimen> collection)
    {
        var builder = new HostApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSqliteState(_directory.Location).AddDocuments(collection);
        return builder.Build();
    }
}
