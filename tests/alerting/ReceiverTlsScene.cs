using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Holdfast.Alerting.Tests;

/// <summary>Two authorities, one of which a webhook believes, and certificates of theirs.</summary>
public abstract class ReceiverTlsScene : IDisposable
{
    private protected readonly TempDirectory _directory = new();
    private protected readonly Authority _ours;
    private protected readonly Authority _other;

    protected ReceiverTlsScene() =>
        (_ours, _other) = (new Authority(_directory.Location, "ours"), new Authority(_directory.Location, "other"));

    public void Dispose()
    {
        _ours.Dispose();
        _other.Dispose();
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static ChannelDefinition Definition(string url, Func<WebhookSettings, WebhookSettings> with) =>
        Webhook(url) with { Settings = with(new WebhookSettings { Url = url, TimeoutSeconds = 10 }) };

    private protected static IChannel Open(ChannelDefinition definition) => Opened(definition);

    private protected static async Task<ChannelAnswer> Tell(string url, Func<WebhookSettings, WebhookSettings> with)
    {
        await using var channel = Open(Definition(url, with));
        return await channel.Deliver(Notification(), World.Cancel).WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
    }

    private protected X509Certificate2 Certificate(string kind) => kind switch
    {
        "good" => Pair(_ours.Issue("good", ["localhost"])),
        "ended" => Pair(_ours.Issue("ended", ["localhost"], daysLeft: -1)),
        "elsewhere" => Pair(_ours.Issue("elsewhere", ["elsewhere"])),
        _ => SelfSigned(),
    };

    private protected static X509Certificate2 Pair((string Certificate, string Key) files) =>
        X509Certificate2.CreateFromPemFile(files.Certificate, files.Key);

    private protected static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private protected string Encrypted(string keyFile, string password)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(keyFile));
        var file = _directory.File($"{Guid.NewGuid():N}.key");
        File.WriteAllText(file, key.ExportEncryptedPkcs8PrivateKeyPem(
            password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));
        return file;
    }
}
