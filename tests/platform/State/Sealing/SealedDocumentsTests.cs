using System.Security.Cryptography;
using Holdfast.Platform.State.Sealing;

namespace Holdfast.Platform.Tests.State.Sealing;

/// <summary>As a service has it: by registration, on a file.</summary>
public sealed class SealedDocumentsTests : IDisposable
{
    private const string Secret = "the-password-of-a-source";

    private static readonly Collection<Specimen> Collection = Specimen.Collection().Sealed(
        (s, make) => s.Remark is null ? s : s with { Remark = make(s.Remark) }, s => s.Region == "none" ? null : s with { Remark = null });

    private readonly TempDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    private string KeyFile => _directory.File("keys");

    private static string NewKey() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    private ServiceProvider Services(SecretKeys keys) => new ServiceCollection().AddLogging().AddSingleton(keys)
        .AddState(new Settings { DataDirectory = _directory.Location }).AddDocuments(Collection).BuildServiceProvider();

    private SecretKeys Keys(params string[] lines)
    {
        File.WriteAllLines(KeyFile, lines);
        return SecretKeys.Load(new Settings { SecretsKey = KeyFile }).Value!;
    }

    [Fact]
    public void Each_operation_is_passed_on_by_a_method_of_its_own()
    {
        var map = typeof(SealedDocuments<Specimen>).GetInterfaceMap(typeof(IDocuments<Specimen>));
        Assert.All(map.TargetMethods, method => Assert.Equal(typeof(SealedDocuments<Specimen>), method.DeclaringType));
    }

    [Fact]
    public async Task Every_way_in_seals_and_every_way_out_opens_and_the_file_has_none_of_it()
    {
        await using (var services = Services(Keys(NewKey())))
        {
            var documents = services.GetRequiredService<IDocuments<Specimen>>();
            Specimen Of(string id) => new(id) { Region = "r", Remark = Secret };
            Assert.True(await documents.Insert(Of("a"), Cancel));
            Assert.True(await documents.Replace(Of("a") with { Load = 1 }, 1, Cancel));
            await documents.UpsertMany([Of("b")], Cancel);
            Assert.Equal([true, true], await documents.ChangeMany([new(Of("b"), 1), new(Of("c"), null)], Cancel));
            var all = DocumentQuery<Specimen>.All;
            Assert.Equal(Secret, (await documents.Find("a", Cancel))!.Value.Document.Remark);
            Assert.Null(await documents.Find("none", Cancel));
            Assert.Equal([Secret, null], (await documents.FindMany(["c", "none"], Cancel)).Select(f => f?.Document.Remark));
            Assert.Equal([Secret, Secret, Secret], (await documents.Query(all, Cancel)).Items.Select(i => i.Document.Remark));
            Assert.All((await documents.QueryMany([all, all], Cancel)).SelectMany(p => p.Items),
                i => Assert.Equal(Secret, i.Document.Remark));
            Assert.Equal(3, await documents.Count(all, Cancel));
        }

        Assert.DoesNotContain(Secret, Bytes(), StringComparison.Ordinal);
        Assert.Contains("sealed:1:", Bytes(), StringComparison.Ordinal);
    }

    /// <summary>So an installation from before, and one whose key was changed, comes to the new key by itself.</summary>
    [Fact]
    public async Task What_was_plain_or_sealed_with_a_former_key_is_sealed_anew_and_the_former_key_may_go()
    {
        var (former, next) = (NewKey(), NewKey());
        await Put(SecretKeys.None, "plain");
        await Put(Keys(former), "former");
        await Put(Keys(next, former), "next");
        await using (var services = Services(Keys(next, former)))
        {
            var collection = Assert.Single(services.GetServices<SealedCollection>());
            Assert.Equal((2, 0), await collection.Reseal(Cancel));
            Assert.Equal((0, 0), await collection.Reseal(Cancel));
        }

        await using var later = Services(Keys(next));
        Assert.Equal([Secret, Secret, Secret], (await later.GetRequiredService<IDocuments<Specimen>>()
            .Query(DocumentQuery<Specimen>.All, Cancel)).Items.Select(i => i.Document.Remark));
    }

    [Fact]
    public async Task One_that_no_key_opens_is_counted_and_holds_up_none_of_the_others()
    {
        await Put(Keys(NewKey()), "lost");
        await Put(SecretKeys.None, "plain");
        await using var services = Services(Keys(NewKey()));
        Assert.Equal((1, 1), await services.GetServices<SealedCollection>().Single().Reseal(Cancel));
        var documents = services.GetRequiredService<IDocuments<Specimen>>();
        Assert.Equal(Secret, (await documents.Find("plain", Cancel))!.Value.Document.Remark);
        await Assert.ThrowsAsync<StateUnavailableException>(() => documents.Find("lost", Cancel));
    }

    [Fact]
    public async Task A_backup_knows_the_keys_of_its_secrets_and_can_leave_them_out()
    {
        var keys = Keys(NewKey());
        await Put(keys, "a");
        await using var services = Services(keys);
        var stored = new List<Holdfast.Platform.State.Archive.ArchivedDocument>();
        ((Holdfast.Platform.State.Archive.IStateArchive)services.GetRequiredService<IDocumentStore>()).ReadAll(stored.Add, Cancel);
        var secrets = services.GetServices<SecretCollection>().Single(s => s.Name == Collection.Name);
        var json = stored.Single(d => d.Collection == Collection.Name).Json;
        Assert.Equal(keys.Ids, secrets.Stored(json).Select(SecretCollection.KeyOf));
        Assert.DoesNotContain("sealed:", Encoding.UTF8.GetString(secrets.Without(json)!), StringComparison.Ordinal);
        Assert.Null(secrets.Without(Encoding.UTF8.GetBytes("""{"id":"x","region":"none","remark":"y"}""")));
    }

    private async Task Put(SecretKeys keys, string id)
    {
        await using var services = Services(keys);
        Assert.True(await services.GetRequiredService<IDocuments<Specimen>>().Insert(new Specimen(id) { Remark = Secret }, Cancel));
    }

    private string Bytes() => string.Concat(Directory.EnumerateFiles(_directory.Location, "holdfast.db*").Select(f =>
        Encoding.Latin1.GetString(File.ReadAllBytes(f))));
}
