using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Holdfast.StoreWire;
using Holdfast.StoreWire.Client;
using Holdfast.StoreWire.Server;
using Microsoft.Extensions.Logging.Abstractions;

namespace Holdfast.Wire.Tests;

/// <summary>Refusals: of a consumer that may not read, cannot be served, or does not speak the protocol.</summary>
public sealed class RefusalTests
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(StoreTicket.KeyBytesMin);

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task A_ticket_is_for_one_task_one_subtopic_and_a_while()
    {
        await using var served = new Served(1, o => o with { TicketKey = Key });
        var good = StoreTicket.Issue(Key, "store-1", "shop", "orders", Now + StoreTicket.Life);
        // Within its life it opens as often as its task needs it: streams break off.
        for (var times = 0; times < 2; times++)
        {
            await using (await served.Open(options: served.Client(good)))
            {
            }
        }

        string[] bad =
        [
            "", "x", "||||", good[..^1], good[..^2] + (good[^2] == '0' ? '1' : '0') + good[^1],
            good.Replace("orders", "others", StringComparison.Ordinal),
            StoreTicket.Issue(Key, "store-2", "shop", "orders", Now + StoreTicket.Life),
            StoreTicket.Issue(Key, "store-1", "shop", "orders", Now + TimeSpan.FromHours(1)),
            StoreTicket.Issue(Key, "store-1", "shop2", "orders", Now + StoreTicket.Life),
            StoreTicket.Issue(Key, "store-1", "shop", "others", Now + StoreTicket.Life),
            StoreTicket.Issue(Key, "store-1", "shop", "orders", Now - TimeSpan.FromMinutes(1)),
            StoreTicket.Issue(RandomNumberGenerator.GetBytes(32), "store-1", "shop", "orders", Now + StoreTicket.Life),
        ];
        foreach (var ticket in bad)
        {
            var refusal = await served.Refused(options: served.Client(ticket));
            Assert.Equal("DP-302", refusal.Code);
            Assert.DoesNotContain(Convert.ToHexString(Key), refusal.Message, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task What_cannot_be_served_is_refused_with_its_code_and_the_range()
    {
        await using var served = new Served(2);
        served.Append(5);
        Assert.Equal("DP-303", (await served.Refused(Served.From() with { SystemId = "source-2" })).Code);
        Assert.Equal("DP-306", (await served.Refused(Served.From() with { Task = "" })).Code);
        Assert.Equal("DP-306", (await served.Refused(Served.From() with { Credit = 0 })).Code);
        Assert.Equal("DP-306", (await served.Refused(Served.From() with { After = "here" })).Code);
        Assert.Equal("DP-306", (await served.Refused(Served.From(new Position(1, 1)) with { FromTime = 1 })).Code);
        var beyond = await served.Refused(Served.From(new Position(2, 1)));
        Assert.Equal(("DP-221", served.Made[^1].Position.ToString()), (beyond.Code, beyond.Range!.Last));
    }

    [Fact]
    public async Task More_consumers_than_the_most_are_refused_and_served_once_others_have_gone()
    {
        await using var served = new Served(3, o => o with { ConnectionsMax = 2 });
        var first = await served.Open();
        await using var second = await served.Open();
        Assert.Equal("DP-305", (await served.Refused()).Code);
        await first.DisposeAsync();
        while (served.Server.Connections > 1)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, served.Cancel);
        }

        await using var third = await served.Open();
    }

    [Fact]
    public void Without_tls_and_tickets_a_Store_serves_nobody_but_its_own_host()
    {
        var open = new ServerOptions { Listen = new IPEndPoint(IPAddress.Any, 0) };
        Assert.Contains("tls", open.Fault(), StringComparison.Ordinal);
        Assert.Contains("ticketKey", (open with { Tls = () => new SslServerAuthenticationOptions() }).Fault(), StringComparison.Ordinal);
        Assert.Contains("31 bytes", new ServerOptions { TicketKey = new byte[31] }.Fault(), StringComparison.Ordinal);
        Assert.Null(new ServerOptions().Fault());
    }

    [Fact]
    public async Task With_tls_only_the_fleet_s_authority_is_believed()
    {
        using var folder = new TempDirectory();
        using var ours = new Authority(folder.Location, "ours");
        using var others = new Authority(folder.Location, "others");
        var (certificate, key) = ours.Issue("store", ["127.0.0.1", "localhost"]);
        using var pem = X509Certificate2.CreateFromPemFile(certificate, key);
        using var held = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pfx), null);
        await using var served = new Served(4, o => o with
        {
            Tls = () => new SslServerAuthenticationOptions { ServerCertificate = held },
        });
        served.Append(3);
        await using (var stream = await served.Open(options: served.Client(tls: Trusting(ours.File))))
        {
            Assert.Equal(3, Served.Texts(await served.Read(stream, served.Made[^1].Position)).Count());
        }

        await Assert.ThrowsAnyAsync<Exception>(() => served.Open(options: served.Client(tls: Trusting(others.File))));
        await Assert.ThrowsAnyAsync<Exception>(() => served.Open());

        static SslClientAuthenticationOptions Trusting(string authority) => new()
        {
            TargetHost = "localhost",
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile(authority) },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        };
    }

    /// <summary>The Store serves the next one whatever came before: rubbish, halves, lengths without end, frames out of order.</summary>
    [Fact]
    public async Task Hostile_bytes_end_their_own_connection_and_nothing_else()
    {
        await using var served = new Served(5, o => o with { HandshakeMax = TimeSpan.FromSeconds(2) });
        served.Append(10);
        await using var witness = await served.Open();
        await served.Read(witness, served.Made[^1].Position);
        var random = new Random(5);
        for (var round = 0; round < 60; round++)
        {
            await using var raw = round % 3 == 0
                ? await RawConsumer.Open(served.Server.Endpoint, Served.From(), served.Cancel)
                : await RawConsumer.Connect(served.Server.Endpoint, served.Cancel);
            var bytes = Hostile(random, round);
            await Task.WhenAny(raw.Bytes(bytes, served.Cancel));
        }

        served.Append(10);
        Assert.Equal(10, Served.Texts(await served.Read(witness, served.Made[^1].Position)).Count());
        while (served.Server.Connections > 1)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, served.Cancel);
        }
    }

    [Fact]
    public async Task A_consumer_believes_no_damaged_block_and_no_stream_that_goes_back()
    {
        foreach (var fault in Enum.GetValues<FalseStore.Fault>())
        {
            await using var store = await FalseStore.Start(fault);
            await using var stream = await StoreClient.Open(new ClientOptions { Store = store.Endpoint }, _ => Served.From(), store.Cancel);
            var error = await Assert.ThrowsAnyAsync<Exception>(async () =>
            {
                await foreach (var _ in stream.Read(store.Cancel))
                {
                }
            });
            Assert.True(error is DamagedException or ProtocolException or IOException, $"{fault}: {error}");
        }
    }

    private static byte[] Hostile(Random random, int round)
    {
        var bytes = new byte[random.Next(1, 200)];
        random.NextBytes(bytes);
        return (round % 6) switch
        {
            0 => [255, 255, 255, 255, (byte)FrameType.Hello],
            1 => [6, 0, 0, 0, 99, 1, 2, 3, 4, 5],
            2 => [100, 0, 0, 0, (byte)FrameType.Hello, .. "{\"version\":"u8],
            3 => [9, 0, 0, 0, (byte)FrameType.Credit, 255, 255, 255, 255, 255, 255, 255, 255],
            4 => [5, 0, 0, 0, (byte)FrameType.Hello, .. "null"u8],
            _ => bytes,
        };
    }
}
