namespace Holdfast.Engine.MySql.Wire;

/// <summary>
/// Packets of the protocol: three bytes of length, one of sequence. A payload of exactly 16 MiB less one byte goes on in the next
/// packet. Memory that is returned is the reader's until its next call.
/// </summary>
internal sealed class PacketStream(Stream stream) : IAsyncDisposable
{
    private const int HeadBytes = 4;
    private const int PieceBytes = 0xFFFFFF;

    /// <summary>A server's own most: an event is no larger.</summary>
    private const int PayloadBytesMax = 1 << 30;
    private const int KeptBytes = 1 << 20;

    private const int BufferBytes = 256 * 1024;

    private byte[] _buffer = new byte[BufferBytes];
    private int _start;
    private int _end;
    private byte _sequence;

    /// <summary>Goes on through TLS.</summary>
    internal Stream Stream { get; set; } = stream;

    /// <summary>The next packet is in memory.</summary>
    internal bool IsAtHand => _end - _start >= HeadBytes
        && _end - _start - HeadBytes >= (_buffer[_start] | _buffer[_start + 1] << 8 | _buffer[_start + 2] << 16);

    /// <summary>The next command begins to count anew.</summary>
    internal void Restart() => _sequence = 0;

    /// <summary>The next payload.</summary>
    internal async ValueTask<ReadOnlyMemory<byte>> Read(CancellationToken cancel)
    {
        if (_start == _end && _buffer.Length > KeptBytes)
        {
            // One large row is no reason to keep its room.
            (_buffer, _start, _end) = (new byte[BufferBytes], 0, 0);
        }

        var length = await Piece(cancel);
        if (length < PieceBytes)
        {
            _start += length;
            return _buffer.AsMemory(_start - length, length);
        }

        var whole = new MemoryStream();
        while (true)
        {
            whole.Write(_buffer.AsSpan(_start, length));
            _start += length;
            if (length < PieceBytes)
            {
                return whole.GetBuffer().AsMemory(0, (int)whole.Length);
            }

            if (whole.Length + PieceBytes > PayloadBytesMax)
            {
                throw new DamagedException($"a packet has more than {PayloadBytesMax} bytes");
            }

            length = await Piece(cancel);
        }
    }

    internal async Task Write(ReadOnlyMemory<byte> payload, CancellationToken cancel)
    {
        if (payload.Length >= PieceBytes)
        {
            throw new ArgumentException($"{payload.Length} bytes are too many for one packet", nameof(payload));
        }

        var packet = new byte[HeadBytes + payload.Length];
        (packet[0], packet[1], packet[2]) = ((byte)payload.Length, (byte)(payload.Length >> 8), (byte)(payload.Length >> 16));
        packet[3] = _sequence++;
        payload.CopyTo(packet.AsMemory(HeadBytes));
        await Stream.WriteAsync(packet, cancel);
        await Stream.FlushAsync(cancel);
    }

    public ValueTask DisposeAsync() => Stream.DisposeAsync();

    /// <summary>Has one packet in the buffer, from its start on.</summary>
    private async ValueTask<int> Piece(CancellationToken cancel)
    {
        await Fill(HeadBytes, cancel);
        var length = _buffer[_start] | _buffer[_start + 1] << 8 | _buffer[_start + 2] << 16;
        if (_buffer[_start + 3] != _sequence)
        {
            throw new DamagedException($"packet {_buffer[_start + 3]} came instead of {_sequence}");
        }

        _sequence++;
        _start += HeadBytes;
        await Fill(length, cancel);
        return length;
    }

    private async ValueTask Fill(int count, CancellationToken cancel)
    {
        if (_end - _start >= count)
        {
            return;
        }

        if (_buffer.Length - _start < count)
        {
            var room = _buffer.Length >= count ? _buffer : new byte[Math.Max(count, _buffer.Length * 2)];
            Buffer.BlockCopy(_buffer, _start, room, 0, _end - _start);
            (_buffer, _start, _end) = (room, 0, _end - _start);
        }

        while (_end - _start < count)
        {
            var read = await Stream.ReadAsync(_buffer.AsMemory(_end), cancel);
            if (read == 0)
            {
                throw new EndOfStreamException("the server has closed the connection");
            }

            _end += read;
        }
    }
}
