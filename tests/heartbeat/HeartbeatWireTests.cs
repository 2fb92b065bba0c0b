using System.Buffers;
using System.IO.Pipelines;

namespace Holdfast.Heartbeat.Tests;

public sealed class HeartbeatWireTests
{
    [Fact]
    public async Task A_body_is_taken_off_the_connection_even_when_reading_it_throws()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync("poison"u8.ToArray(), TestContext.Current.CancellationToken);
        await pipe.Writer.CompleteAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await HeartbeatWire.Read<bool>(
            pipe.Reader, (in _) => throw new InvalidOperationException("poison"), TestContext.Current.CancellationToken));

        // The next reader neither finds it again nor is told that somebody is still reading.
        var rest = await pipe.Reader.ReadAsync(TestContext.Current.CancellationToken);
        Assert.True(rest.Buffer.IsEmpty);
    }

    [Fact]
    public async Task A_body_that_comes_in_pieces_is_read_whole()
    {
        var pipe = new Pipe();
        var reading = HeartbeatWire.Read(
            pipe.Reader, (in body) => Encoding.UTF8.GetString(body.ToArray()), TestContext.Current.CancellationToken).AsTask();
        foreach (var piece in (string[])["one ", "two ", "three"])
        {
            await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(piece), TestContext.Current.CancellationToken);
        }

        await pipe.Writer.CompleteAsync();
        Assert.Equal("one two three", await reading);
    }
}
