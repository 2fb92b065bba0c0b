using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Holdfast.Alerting.Tests;

/// <summary>Webhooks over TLS, to real receivers: who is believed, what is shown to them, and what is said when it fails.</summary>
public sealed class ReceiverTlsTests : ReceiverTlsScene
{
    [Theory]
    [InlineData("good", null, "")]
    [InlineData("good", "other", "AL-361 localhost:PORT: its certificate is refused: it was issued by 'CN=ours', and")]
    [InlineData("good", "system", "AL-361 localhost:PORT: its certificate is refused: it was issued by 'CN=ours', and this machine's")]
    [InlineData("ended", null, "AL-361 localhost:PORT: its certificate is refused: it ended at 20")]
    [InlineData("elsewhere", null, "AL-361 localhost:PORT: its certificate is refused: it is not for 'localhost' but for 'elsewhere'")]
    [InlineData("self", null, "AL-361 localhost:PORT: its certificate is refused: it is signed by itself ('CN=localhost'), and")]
    public async Task A_certificate_that_is_refused_is_refused_with_every_cause(string certificate, string? believed, string why)
    {
        await using var receiver = await TlsReceiver.Start(https => https.ServerCertificate = Certificate(certificate));
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
        await using var receiver = await TlsReceiver.Start(https => https.ServerCertificate = late);
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
        await using var receiver = await TlsReceiver.Start(https =>
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
        await using var receiver = await TlsReceiver.Start(https =>
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

    private static void Says(string why, ChannelAnswer answer, int port)
    {
        Assert.Equal(why.Length == 0, answer.Kind == AnswerKind.Delivered);
        Assert.StartsWith(why.Replace("PORT", $"{port}", StringComparison.Ordinal), answer.Why);
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
}
