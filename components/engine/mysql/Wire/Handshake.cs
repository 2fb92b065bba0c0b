using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Holdfast.Engine.MySql.Wire;

/// <summary>The beginning of a connection: TLS, and the proof of the password that the server asks for.</summary>
internal sealed class Handshake(PacketStream packets, MySqlServer server, string password)
{
    private const byte FastOk = 3;
    private const byte FullWanted = 4;
    private const byte KeyWanted = 2;
    private const int StepsMax = 10;

    private bool _isTls;

    /// <summary>Lets the server and this side know each other.</summary>
    /// <returns>The server's own words for its version.</returns>
    internal async Task<string> Enter(CancellationToken cancel)
    {
        var first = await packets.Read(cancel);
        Answer.Check(first.Span);
        var greeting = Greeting.Parse(first.Span);
        var use = Capabilities.Ours;
        if (server.Tls != MySqlTls.Off)
        {
            if (!greeting.Can.HasFlag(Capabilities.Tls))
            {
                throw new AuthenticationException("the server has no TLS");
            }

            use |= Capabilities.Tls;
            await packets.Write(Greeting.TlsRequest(use), cancel);
            await Encrypt(cancel);
        }

        var plugin = Passwords.Answer(greeting.Plugin, password, greeting.Nonce) is null ? Passwords.Native : greeting.Plugin;
        var proof = Passwords.Answer(plugin, password, greeting.Nonce)!;
        await packets.Write(Greeting.Answer(use, server.User, proof, plugin), cancel);
        await Prove(plugin, greeting.Nonce, cancel);
        return greeting.Version;
    }

    /// <summary>Answers what the server asks until it says yes or no.</summary>
    private async Task Prove(string plugin, byte[] nonce, CancellationToken cancel)
    {
        for (var step = 0; step < StepsMax; step++)
        {
            var asked = (await packets.Read(cancel)).ToArray();
            Answer.Check(asked);
            switch (asked[0])
            {
                case Answer.Ok:
                    return;
                case Answer.Switch:
                    (plugin, nonce) = Switched(asked);
                    await packets.Write(Passwords.Answer(plugin, password, nonce)
                        ?? throw new NotSupportedException($"the user's plug-in {plugin} is not known here"), cancel);
                    break;
                case Answer.More when asked is [_, FastOk]:
                    break;
                case Answer.More when asked is [_, FullWanted]:
                    await packets.Write(_isTls ? Passwords.Plain(password) : [KeyWanted], cancel);
                    break;
                case Answer.More when !_isTls:
                    await packets.Write(
                        Passwords.Encrypted(password, nonce, Encoding.ASCII.GetString(asked.AsSpan(1))), cancel);
                    break;
                default:
                    throw new DamagedException($"the server asks 0x{asked[0]:X2} while it looks who comes");
            }
        }

        throw new DamagedException($"the server has asked {StepsMax} times who comes");
    }

    private static (string Plugin, byte[] Nonce) Switched(ReadOnlySpan<byte> asked)
    {
        var reader = new ByteReader(asked);
        reader.Take(1);
        var plugin = Encoding.ASCII.GetString(reader.UpToZero());
        var nonce = reader.Rest;
        return (plugin, (nonce is [.., 0] ? nonce[..^1] : nonce).ToArray());
    }

    private async Task Encrypt(CancellationToken cancel)
    {
        var roots = new X509Certificate2Collection();
        if (server.Authorities is { } file)
        {
            roots.ImportFromPemFile(file);
        }

        var tls = new SslStream(packets.Stream);
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck };
        if (server.Authorities is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(roots);
        }

        var options = new SslClientAuthenticationOptions { TargetHost = server.Host, CertificateChainPolicy = policy };
        if (server.Tls == MySqlTls.Required)
        {
#pragma warning disable CA5359 // A server's self-made certificate names no host: people have said that this is enough.
            options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }

        if (server.Tls == MySqlTls.Issued)
        {
            options.RemoteCertificateValidationCallback = static (_, _, _, errors) =>
                (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None;
        }

        await tls.AuthenticateAsClientAsync(options, cancel);
        (packets.Stream, _isTls) = (tls, true);
    }
}
