using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Holdfast.Alerting.Channels;
using Holdfast.Alerting.Channels.Webhook;
using Holdfast.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using static Holdfast.Alerting.Tests.Some;

namespace Holdfast.Alerting.Tests;

/// <summary>Webhooks over TLS, to real receivers: who is believed, what is shown to them, and what is said when it fails.</summary>
public sealed class ReceiverTlsTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly Authority _ours;
    private readonly Authority _other;

    public ReceiverTlsTests() =>
        (_ours, _other) = (new Authority(_directory.Location, "ours"), new Authority(_directory.Location, "other"));

    public void Dispose()
    {
        _ours.Dispose();
        _other.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData("good", null, "")]
    [InlineData("good", "other", "AL-361 localhost:PORT: its certificate is refused: it was issued by 'CN=ours', and")]
    [InlineData("good", "system", "AL-361 localhost:PORT: its certificate is refused: it was issued by 'CN=ours', and this machine's")]
    [InlineData("ended", null, "AL-361 localhost:PORT: its certificate is refused: it ended at 20")]
    [InlineData("elsewhere", null, "AL-361 localhost:PORT: its certificate is refused: it is not for 'localhost' but for 'elsewhere'")]
    [InlineData("self", null, "AL-361 localhost:PORT: its certificate is refused: it is signed by itself ('CN=localhost'), and")]
    public async Task A_certificate_that_is_refused_is_refused_with_every_cause(string certificate, string? believed, string why)
    {
        await using var receiver = await Receiver(https => https.ServerCertificate = Certificate(certificate));
        var answer = await Tell(receiver.Url, w => w with
        {
            CaFile = believed switch { "system" => null, "other" => _other.File, _ => _ours.File },
        });
        Says(why, answer, receiver.Port);
        Assert.Equal(why.Length == 0 ? 1 : 0, receiver.Heard);
    }

    [Fact]
    public async Task Of_several_causes_each_is_named()
    {
        var late = Pair(_other.Issue("late", ["elsewhere"], daysLeft: -1));
        await using var receiver = await Receiver(https => https.ServerCertificate = late);
        var answer = await Tell(receiver.Url, w => w with { CaFile = _ours.File });
        Assert.All(["is not for 'localhost'", "it ended at", "issued by 'CN=other'"], cause => Assert.Contains(cause, answer.Why));
    }

    [Theory]
    [InlineData(true, "HTTP/1.1 400 Bad Request\r\n\r\n", "AL-362 localhost:PORT: it speaks plain HTTP on that port: call")]
    [InlineData(true, "SSH-2.0-OpenSSH_9.2\r\n", "AL-362 localhost:PORT: what it speaks on that port is no TLS")]
    [InlineData(true, "\u0015\u0003\u0003\0\u0002\u0002\u0078", "AL-363 localhost:PORT: it speaks HTTP/2 only")]
    [InlineData(true, "\u0015\u0003\u0003\0\u0002\u0002\u0046", "AL-364 localhost:PORT: it speaks neither TLS 1.2 nor 1.3")]
    [InlineData(true, "\u0015\u0003\u0003\0\u0002\u0002\u0074", "AL-365 localhost:PORT: it asks for a certificate of the client")]
    [InlineData(false, "\u0015\u0003\u0001\0\u0002\u0002\u0016", "AL-362 localhost:PORT: it speaks TLS on that port: call it with")]
    [InlineData(false, "\0\0\u0012\u0004\0\0\0\0\0\0\u0003\0\0\0\u0080", "AL-363 localhost:PORT: it speaks HTTP/2 only")]
    [InlineData(false, "HTTP/1.1 400 Bad Request\r\nContent-Length: 49\r\n\r\nClient sent an HTTP request to an HTTPS server.  \n",
        "AL-362 localhost:PORT: it speaks TLS on that port: call it with https://")]
    public async Task What_a_receiver_speaks_instead_is_named(bool isTls, string says, string why)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var serving = Serve(listener, Encoding.Latin1.GetBytes(says));
        Says(why, await Tell($"{(isTls ? "https" : "http")}://localhost:{port}/hook", w => w), port);
        await serving;
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_receiver_that_takes_HTTP_2_only_is_named(SslProtocols protocol)
    {
        await using var receiver = await Receiver(https =>
        {
            https.ServerCertificate = Certificate("good");
            https.SslProtocols = protocol;
        }, HttpProtocols.Http2);
        Says("AL-363 localhost:PORT: it speaks HTTP/2 only", await Tell(receiver.Url, w => w with { CaFile = _ours.File }), receiver.Port);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_receiver_that_asks_for_a_certificate_gets_the_channel_s_own(SslProtocols protocol)
    {
        await using var receiver = await Receiver(https =>
        {
            https.ServerCertificate = Certificate("good");
            https.SslProtocols = protocol;
            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            https.ClientCertificateValidation = (shown, _, _) => shown.Issuer == "CN=ours";
        });
        var (certificate, key) = _ours.Issue("client", ["client"]);
        var encrypted = Encrypted(key, "s3cret-of-the-key");
        Says("", await Tell(receiver.Url, w => w with
        {
            CaFile = _ours.File, CertificateFile = certificate, KeyFile = encrypted, KeyPassword = "s3cret-of-the-key",
        }), receiver.Port);
        var (wrong, wrongKey) = _other.Issue("stranger", ["stranger"]);
        var refused = await Tell(receiver.Url, w => w with { CaFile = _ours.File, CertificateFile = wrong, KeyFile = wrongKey });
        var none = await Tell(receiver.Url, w => w with { CaFile = _ours.File });
        Assert.All([refused, none], answer =>
        {
            Assert.Equal(AnswerKind.TryAgain, answer.Kind);
            Assert.Matches("^AL-36[45] localhost:", answer.Why);
        });
        Assert.Equal(1, receiver.Heard);
    }

    [Fact]
    public async Task Files_that_cannot_be_used_are_named_and_nothing_is_sent()
    {
        await using var receiver = await Receiver(https => https.ServerCertificate = Certificate("good"));
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
        await using var receiver = await Receiver(https => https.ServerCertificate = Certificate("good"));
        var believed = _directory.File("believed.pem");
        File.Copy(_other.File, believed);
        await using var channel = Open(Definition(receiver.Url, w => w with { CaFile = believed }));
        Assert.StartsWith("AL-361", (await channel.Deliver(Telling(), World.Cancel)).Why);
        Assert.False(channel.IsOutdated());
        await File.WriteAllTextAsync(believed, "half a");
        Assert.False(channel.IsOutdated() || channel.IsOutdated());
        File.Copy(_ours.File, believed, overwrite: true);
        Assert.True(channel.IsOutdated());
        await using var anew = Open(Definition(receiver.Url, w => w with { CaFile = believed }));
        Assert.Equal(AnswerKind.Delivered, (await anew.Deliver(Telling(), World.Cancel)).Kind);
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

    private static ChannelDefinition Definition(string url, Func<WebhookSettings, WebhookSettings> with) =>
        Webhook(url) with { Settings = with(new WebhookSettings { Url = url, TimeoutSeconds = 10 }) };

    private static IChannel Open(ChannelDefinition definition) => Opened(definition);

    private static async Task<ChannelAnswer> Tell(string url, Func<WebhookSettings, WebhookSettings> with)
    {
        await using var channel = Open(Definition(url, with));
        return await channel.Deliver(Telling(), World.Cancel).WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
    }

    private static void Says(string why, ChannelAnswer answer, int port)
    {
        Assert.Equal(why.Length == 0, answer.Kind == AnswerKind.Delivered);
        Assert.StartsWith(why.Replace("PORT", $"{port}", StringComparison.Ordinal), answer.Why);
    }

    private X509Certificate2 Certificate(string kind) => kind switch
    {
        "good" => Pair(_ours.Issue("good", ["localhost"])),
        "ended" => Pair(_ours.Issue("ended", ["localhost"], daysLeft: -1)),
        "elsewhere" => Pair(_ours.Issue("elsewhere", ["elsewhere"])),
        _ => SelfSigned(),
    };

    private static X509Certificate2 Pair((string Certificate, string Key) files) =>
        X509Certificate2.CreateFromPemFile(files.Certificate, files.Key);

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private string Encrypted(string keyFile, string password)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(keyFile));
        var file = _directory.File($"{Guid.NewGuid():N}.key");
        File.WriteAllText(file, key.ExportEncryptedPkcs8PrivateKeyPem(
            password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));
        return file;
    }

    /// <summary>Answers the first connection so, whatever it says.</summary>
    private static async Task Serve(TcpListener listener, byte[] answer)
    {
        using var client = await listener.AcceptTcpClientAsync(World.Cancel);
        var stream = client.GetStream();
        Assert.Equal(1, await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, World.Cancel));
        await stream.WriteAsync(answer, World.Cancel);
        client.Client.Shutdown(SocketShutdown.Send);
        await stream.CopyToAsync(Stream.Null, World.Cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task<TlsReceiver> Receiver(
        Action<HttpsConnectionAdapterOptions> https, HttpProtocols protocols = HttpProtocols.Http1AndHttp2)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listener =>
        {
            listener.Protocols = protocols;
            listener.UseHttps(https);
        }));
        var app = builder.Build();
        var receiver = new TlsReceiver(app);
        app.Run(async context =>
        {
            receiver.Took();
            await context.Response.WriteAsync("{}");
        });
        await app.StartAsync(World.Cancel);
        return receiver;
    }

    private sealed class TlsReceiver(WebApplication app) : IAsyncDisposable
    {
        private int _heard;

        internal int Heard => Volatile.Read(ref _heard);

        internal int Port => new Uri(app.Urls.Single()).Port;

        internal string Url => $"https://localhost:{Port}/hook";

        internal void Took() => Interlocked.Increment(ref _heard);

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
