using System.Net;
using System.Net.Sockets;

namespace Holdfast.Bench.Curve;

/// <summary>One connection of the load, on which the hosts that belong to it report one after the other.</summary>
internal abstract class Line : IAsyncDisposable
{
    /// <summary>Bytes within TCP, both handshakes and headers of TCP itself left out.</summary>
    internal long Sent { get; private set; }

    internal long Received { get; private set; }

    internal abstract Task Open(CancellationToken cancel);

    /// <summary>A heartbeat of that host, answered; false: it was refused.</summary>
    internal abstract Task<bool> Beat(int host, CancellationToken cancel);

    public abstract ValueTask DisposeAsync();

    /// <summary>Connects from one of many loopback addresses: one alone has not enough ports for the largest fleets.</summary>
    protected async Task<Stream> Connect(Uri server, int number, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(IPAddress.Parse($"127.0.0.{2 + (number / 10_000)}"), 0));
        await socket.ConnectAsync(IPAddress.Loopback, server.Port, cancel);
        return new Counted(new NetworkStream(socket, ownsSocket: true), this);
    }

    private sealed class Counted(NetworkStream inner, Line line) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await inner.ReadAsync(buffer, cancellationToken);
            line.Received += count;
            return count;
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            line.Sent += buffer.Length;
            return inner.WriteAsync(buffer, cancellationToken);
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush() => inner.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
