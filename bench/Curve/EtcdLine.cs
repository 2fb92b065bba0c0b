using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace Holdfast.Bench.Curve;

/// <summary>
/// Keep-alives of etcd's leases on one gRPC stream (etcdserverpb.Lease/LeaseKeepAlive over HTTP/2), as etcd's own client sends
/// them; a message is one number and is written by hand. The leases are granted beforehand over HTTP.
/// </summary>
internal sealed class EtcdLine : Line
{
    private const int TtlSeconds = 120;
    private const int GrantsAtOnce = 64;
    private readonly HttpClient _http;
    private readonly Uri _server;
    private readonly TaskCompletionSource<Stream> _requests = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly byte[] _answer = new byte[256];
    private Task<HttpResponseMessage>? _sending;
    private Stream? _answers;

    internal EtcdLine(Uri server, int number)
    {
        _server = server;
        _http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancel) => await Connect(server, number, cancel),
            UseProxy = false,
        })
        { Timeout = Timeout.InfiniteTimeSpan };
    }

    private static long LeaseOf(int host) => 1_000_000L + host;

    /// <summary>A lease for each host; those that are there already stay.</summary>
    internal static async Task Grant(Uri server, int hosts)
    {
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = GrantsAtOnce }) { BaseAddress = server };
        await Parallel.ForEachAsync(Enumerable.Range(0, hosts), new ParallelOptions { MaxDegreeOfParallelism = GrantsAtOnce },
            async (host, cancel) =>
            {
                using var answer = await http.PostAsJsonAsync("/v3/lease/grant", new JsonObject
                {
                    ["ID"] = LeaseOf(host).ToString(CultureInfo.InvariantCulture), ["TTL"] = $"{TtlSeconds}",
                }, cancel);
                var said = await answer.Content.ReadAsStringAsync(cancel);
                if (!answer.IsSuccessStatusCode && !said.Contains("already exists", StringComparison.Ordinal))
                {
                    throw new InvalidOperationException($"etcd grants no lease: {said}");
                }
            });
    }

    internal override Task Open(CancellationToken cancel)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_server, "/etcdserverpb.Lease/LeaseKeepAlive"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new Pushed(_requests, _ended.Task),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        _sending = _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        return Task.WhenAny(_requests.Task, _sending);
    }

    internal override async Task<bool> Beat(int host, CancellationToken cancel)
    {
        var requests = await _requests.Task;
        await requests.WriteAsync(Message(LeaseOf(host)), cancel);
        await requests.FlushAsync(cancel);
        // Its headers come with the first answer.
        _answers ??= await (await _sending!).Content.ReadAsStreamAsync(cancel);
        await _answers.ReadExactlyAsync(_answer.AsMemory(0, 5), cancel);
        var length = (_answer[3] << 8) | _answer[4];
        await _answers.ReadExactlyAsync(_answer.AsMemory(0, length), cancel);
        return Ttl(_answer.AsSpan(0, length)) > 0;
    }

    public override ValueTask DisposeAsync()
    {
        _ended.TrySetResult();
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Not compressed, its length, and field 1 as a variable number.</summary>
    private static byte[] Message(long lease)
    {
        var bytes = new List<byte> { 0, 0, 0, 0, 0, 0x08 };
        for (; lease > 0x7f; lease >>= 7)
        {
            bytes.Add((byte)(lease | 0x80));
        }

        bytes.Add((byte)lease);
        bytes[4] = (byte)(bytes.Count - 5);
        return [.. bytes];
    }

    /// <summary>Field 3 of the answer; a lease that is gone has none.</summary>
    private static long Ttl(ReadOnlySpan<byte> message)
    {
        for (var at = 0; at < message.Length;)
        {
            var key = Variable(message, ref at);
            var value = Variable(message, ref at);
            if (key == ((3 << 3) | 0))
            {
                return value;
            }

            at += (key & 7) == 2 ? (int)value : 0;
        }

        return 0;
    }

    private static long Variable(ReadOnlySpan<byte> message, ref int at)
    {
        var value = 0L;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[at++];
            value |= (long)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }

    /// <summary>A body that is written as long as the line lives.</summary>
    private sealed class Pushed(TaskCompletionSource<Stream> opened, Task ended) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.FlushAsync();
            opened.TrySetResult(stream);
            await ended;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
