namespace Holdfast.Alerting.Tests;

/// <summary>The files of a webhook's TLS: ones that cannot be used, that change, and that appear later.</summary>
public sealed class ReceiverTlsFilesTests : ReceiverTlsScene
{
    [Fact]
    public async Task Files_that_cannot_be_used_are_named_and_nothing_is_sent()
    {
        await using var receiver = await TlsReceiver.Start(https => https.ServerCertificate = Certificate("good"));
        var (certificate, key) = _ours.Issue("client", ["client"]);
        var nothing = _directory.File("nothing.pem");
        Assert.StartsWith($"AL-366 webhook.caFile ({nothing}) must be a file of certificates: ",
            (await Tell(receiver.Url, w => w with { CaFile = nothing })).Why);
        await File.WriteAllTextAsync(nothing, "no certificate");
        Assert.Contains("it holds no certificate in PEM", (await Tell(receiver.Url, w => w with { CaFile = nothing })).Why);
        var encrypted = Encrypted(key, "s3cret-of-the-key");
        var locked = await Tell(receiver.Url, w => w with
        {
            CaFile = _ours.File, CertificateFile = certificate, KeyFile = encrypted, KeyPassword = "wrong-password",
        });
        Assert.StartsWith("AL-366 webhook.certificateFile", locked.Why);
        Assert.DoesNotContain("wrong-password", locked.Why);
        Assert.Equal(0, receiver.Heard);
    }

    /// <summary>A channel is opened anew when its files have changed, and goes on with what they held when they cannot be used.</summary>
    [Fact]
    public async Task Changed_files_are_taken_and_bad_ones_are_not()
    {
        await using var receiver = await TlsReceiver.Start(https => https.ServerCertificate = Certificate("good"));
        var believed = _directory.File("believed.pem");
        File.Copy(_other.File, believed);
        await using var channel = Open(Definition(receiver.Url, w => w with { CaFile = believed }));
        Assert.StartsWith("AL-361", (await channel.Deliver(Notification(), World.Cancel)).Why);
        Assert.False(channel.IsOutdated());
        await File.WriteAllTextAsync(believed, "half a");
        Assert.False(channel.IsOutdated() || channel.IsOutdated());
        File.Copy(_ours.File, believed, overwrite: true);
        Assert.True(channel.IsOutdated());
        await using var anew = Open(Definition(receiver.Url, w => w with { CaFile = believed }));
        Assert.Equal(AnswerKind.Delivered, (await anew.Deliver(Notification(), World.Cancel)).Kind);
    }

    [Fact]
    public async Task A_channel_whose_files_appear_later_is_opened_anew()
    {
        var late = _directory.File("late.pem");
        await using var channel = Open(Definition("https://localhost:1/", w => w with { CaFile = late }));
        Assert.False(channel.IsOutdated());
        File.Copy(_ours.File, late);
        Assert.True(channel.IsOutdated());
    }
}
