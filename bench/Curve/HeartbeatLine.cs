namespace Holdfast.Bench.Curve;

/// <summary>Heartbeats over HTTP/1.1 on a connection that stays, as supervisors send them: a fleet at rest.</summary>
internal sealed class HeartbeatLine(Uri server, int number) : Line
{
    private const int AnswerMax = 8192;
    private static readonly long Base = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() * 1_000_000;
    private readonly byte[] _answer = new byte[AnswerMax];
    private Stream? _stream;
    private long _sequence = Base;

    internal override async Task Open(CancellationToken cancel) => _stream = await Connect(server, number, cancel);

    internal override async Task<bool> Beat(int host, CancellationToken cancel)
    {
        await _stream!.WriteAsync(Request(host), cancel);
        for (var length = 0; ;)
        {
            var count = await _stream.ReadAsync(_answer.AsMemory(length), cancel);
            length += count;
            if (count == 0 || length == AnswerMax)
            {
                throw new IOException(count == 0 ? "the server closed the connection" : "the answer is longer than any");
            }

            if (IsWhole(_answer.AsSpan(0, length)))
            {
                return _answer.AsSpan(9, 3).SequenceEqual("200"u8);
            }
        }
    }

    public override ValueTask DisposeAsync() => _stream?.DisposeAsync() ?? ValueTask.CompletedTask;

    private byte[] Request(int host)
    {
        var body = string.Create(CultureInfo.InvariantCulture,
            $"{{\"host\":\"bench-0-{host:d6}\",\"incarnation\":1,\"sequence\":{++_sequence},\"region\":\"cn-hz\",\"idc\":\"hz-{host % 3}\","
            + $"\"address\":\"10.{host / 62500}.{host / 250 % 250}.{host % 250}:7000\","
            + $"\"usage\":{{\"cpu\":0.25,\"memory\":0.5,\"disk\":0.75}},\"desiredVersion\":1}}");
        return Encoding.ASCII.GetBytes("POST /api/v1/heartbeats HTTP/1.1\r\nHost: " + server.Authority
            + "\r\nContent-Type: application/json\r\nAuthorization: Bearer " + RunningServices.Token
            + string.Create(CultureInfo.InvariantCulture, $"\r\nContent-Length: {body.Length}\r\n\r\n") + body);
    }

    private static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        var said = answer.IndexOf("Content-Length: "u8);
        if (end < 0)
        {
            return false;
        }

        var text = said < 0 || said > end ? throw new IOException("an answer without its length") : answer[(said + 16)..end];
        var stop = text.IndexOf((byte)'\r');
        var length = int.Parse(stop < 0 ? text : text[..stop], CultureInfo.InvariantCulture);
        return answer.Length >= end + 4 + length;
    }
}
