using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Holdfast.Engine.MySql;
using Holdfast.Engine.MySql.Capture;
using Holdfast.Engine.MySql.Db;
using Holdfast.Engine.MySql.Source;
using Holdfast.Engine.MySql.Wire;

namespace Holdfast.Engines.Tests.MySql;

/// <summary>Logins: MySQL 8's ways before a server of the test, which checks as the real one does.</summary>
public sealed class HandshakeTests
{
    private const string Password = "pä'ss\\";
    private static readonly byte[] Nonce = [.. Enumerable.Range(1, 20).Select(i => (byte)i)];
    private static readonly byte[] OtherNonce = [.. Enumerable.Range(50, 20).Select(i => (byte)i)];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public Task A_native_password_is_proved() => Enters(async server =>
    {
        await server.Write(Hello(Passwords.Native));
        IsNative(Proof(await server.Read()), Nonce);
        await server.Write([0, 0, 0, 2, 0, 0, 0]);
    });

    [Fact]
    public Task A_server_may_ask_for_another_way() => Enters(async server =>
    {
        await server.Write(Hello("auth_gssapi_client"));
        await server.Read();
        await server.Write([0xFE, .. "caching_sha2_password"u8, 0, .. OtherNonce, 0]);
        IsSha2(await server.Read(), OtherNonce);
        await server.Write([1, 3]);
        await server.Write([0, 0, 0, 2, 0, 0, 0]);
    });

    [Fact]
    public Task Without_TLS_a_password_goes_closed_with_the_servers_key() => Enters(async server =>
    {
        using var rsa = RSA.Create(2048);
        await server.Write(Hello(Passwords.CachingSha2));
        IsSha2(Proof(await server.Read()), Nonce);
        await server.Write([1, 4]);
        Assert.Equal([2], await server.Read());
        await server.Write([1, .. Encoding.ASCII.GetBytes(rsa.ExportSubjectPublicKeyInfoPem())]);
        var plain = rsa.Decrypt(await server.Read(), RSAEncryptionPadding.OaepSHA1);
        Assert.Equal(Password + "\0", Encoding.UTF8.GetString([.. plain.Select((b, i) => (byte)(b ^ Nonce[i % 20]))]));
        await server.Write([0, 0, 0, 2, 0, 0, 0]);
    });

    [Fact]
    public async Task A_way_that_is_not_known_is_told_by_its_name()
    {
        var error = await Assert.ThrowsAsync<NotSupportedException>(() => Enters(async server =>
        {
            await server.Write(Hello("client_ed25519"));
            await server.Read();
            await server.Write([0xFE, .. "client_ed25519"u8, 0, .. Nonce, 0]);
        }));
        Assert.Contains("client_ed25519", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_hangs_up_or_sends_anything_is_no_endless_wait()
    {
        var random = new Random(4);
        for (var round = 0; round < 200; round++)
        {
            var bytes = Hello(Passwords.Native);
            for (var flips = random.Next(1, 6); flips > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var error = await Record.ExceptionAsync(() => Enters(server => server.Write(bytes[..random.Next(1, bytes.Length + 1)])));
            Assert.True(error is DamagedException or IOException or ServerErrorException, error?.ToString());
        }
    }

    [Fact]
    [Trait("Category", "process")]
    public async Task TLS_is_asked_for_and_the_server_is_proved()
    {
        using var folder = new TempDirectory();
        using var authority = new Authority(folder.Location, "ca");
        using var other = new Authority(folder.Location, "other");
        var (certificate, key) = authority.Issue("db", ["127.0.0.1"]);
        await using var server = await MariaDb.Start($"--ssl-cert={certificate}", $"--ssl-key={key}", $"--ssl-ca={authority.File}");
        await server.Run("CREATE USER safe IDENTIFIED BY 'x' REQUIRE SSL", "GRANT ALL ON *.* TO safe", "CREATE DATABASE main",
            "CREATE TABLE main.t(id INT PRIMARY KEY)");
        var safe = With(server, MySqlTls.Verified, authority.File);
        await MySqlCapture.Install(safe, null, Cancel);
        await using var stream = await SourceStream.FromNow(new MySqlSource(safe, "one", TimeProvider.System));
        await server.Run("INSERT INTO main.t VALUES(1)");
        Assert.Equal(["Insert t 1"], await stream.Changes());

        Assert.Equal("DP-352", await Refused(With(server, MySqlTls.Verified, other.File)));
        Assert.Equal("DP-351", await Refused(With(server, MySqlTls.Off, null)));
        Assert.Equal("DP-351", await Refused(With(server, MySqlTls.Required, null, "wrong")));
        await MySqlCapture.Install(With(server, MySqlTls.Required, null), null, Cancel);
    }

    private static MySqlServer With(MariaDb server, MySqlTls tls, string? authorities, string password = "x") => new()
    {
        Host = "127.0.0.1", Port = server.Port, User = "safe", Password = password, Tls = tls, Authorities = authorities,
    };

    /// <summary>Both by SQL and by the wire.</summary>
    private static async Task<string> Refused(MySqlServer server)
    {
        var bySql = await Assert.ThrowsAsync<SourceFaultException>(() => MySqlCapture.Install(server, null, Cancel));
        var byWire = ServerFaults.Of(server, (await Record.ExceptionAsync(async () =>
        {
            await using var wire = await WireConnection.Open(server, Cancel);
        }))!);
        Assert.Equal(bySql.Fault.Code, byWire?.Code);
        return bySql.Fault.Code;
    }

    private static byte[] Hello(string plugin) =>
    [
        10, .. "8.0.36"u8, 0, 9, 0, 0, 0, .. Nonce[..8], 0, 0xFF, 0xF7, 45, 2, 0, 0xFF, 0xC1, 21, .. new byte[10], .. Nonce[8..], 0,
        .. Encoding.ASCII.GetBytes(plugin), 0,
    ];

    /// <summary>Reads the proof behind the user's name.</summary>
    private static byte[] Proof(byte[] answer)
    {
        var reader = new ByteReader(answer);
        reader.Take(32);
        Assert.Equal("hf", Encoding.UTF8.GetString(reader.UpToZero()));
        return reader.Take(reader.Byte()).ToArray();
    }

#pragma warning disable CA5350 // The protocol's own digest.
    private static void IsNative(byte[] proof, byte[] nonce)
    {
        var stored = SHA1.HashData(SHA1.HashData(Encoding.UTF8.GetBytes(Password)));
        var mask = SHA1.HashData([.. nonce, .. stored]);
        Assert.Equal(stored, SHA1.HashData([.. proof.Select((b, i) => (byte)(b ^ mask[i]))]));
    }
#pragma warning restore CA5350

    private static void IsSha2(byte[] proof, byte[] nonce)
    {
        var stored = SHA256.HashData(SHA256.HashData(Encoding.UTF8.GetBytes(Password)));
        var mask = SHA256.HashData([.. stored, .. nonce]);
        Assert.Equal(stored, SHA256.HashData([.. proof.Select((b, i) => (byte)(b ^ mask[i]))]));
    }

    private static async Task Enters(Func<FakeServer, Task> serve)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var serving = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync(Cancel);
            await serve(new FakeServer(client.GetStream()));
        }, Cancel);
        var server = new MySqlServer { Host = "127.0.0.1", Port = port, User = "hf", Password = Password, Tls = MySqlTls.Off };
        await using (await WireConnection.Open(server, Cancel))
        {
            await serving;
        }
    }

    private sealed class FakeServer(System.IO.Stream stream)
    {
        private byte _sequence;

        internal async Task Write(byte[] payload)
        {
            await stream.WriteAsync((byte[])[(byte)payload.Length, (byte)(payload.Length >> 8), 0, _sequence++, .. payload], Cancel);
        }

        internal async Task<byte[]> Read()
        {
            var head = new byte[4];
            await stream.ReadExactlyAsync(head, Cancel);
            Assert.Equal(_sequence++, head[3]);
            var payload = new byte[head[0] | head[1] << 8];
            await stream.ReadExactlyAsync(payload, Cancel);
            return payload;
        }
    }
}
