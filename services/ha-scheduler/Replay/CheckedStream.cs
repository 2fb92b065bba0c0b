using System.Security.Cryptography;

namespace Holdfast.HaScheduler.Replay;

/// <summary>Sums up what goes through it, in one direction, so that a frame can be held to its checksum.</summary>
internal sealed class CheckedStream(Stream inner) : Stream
{
    internal const int SumLength = 8;

    private readonly byte[] _pending = new byte[1 << 14];
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private int _count;
    private bool _writes;

    /// <summary>Bytes that have gone through, without checksums.</summary>
    internal long Passed { get; private set; }

    public override bool CanRead => inner.CanRead;

    public override bool CanSeek => false;

    public override bool CanWrite => inner.CanWrite;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => Passed;
        set => throw new NotSupportedException();
    }

    /// <summary>The sum since the last one; what was written has gone on.</summary>
    internal byte[] TakeSum()
    {
        Spill();
        return _hash.GetHashAndReset()[..SumLength];
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _writes = true;
        Passed += buffer.Length;
        if (buffer.Length > _pending.Length - _count)
        {
            Spill();
        }

        if (buffer.Length > _pending.Length)
        {
            _hash.AppendData(buffer);
            inner.Write(buffer);
            return;
        }

        buffer.CopyTo(_pending.AsSpan(_count));
        _count += buffer.Length;
    }

    public override void WriteByte(byte value) => Write([value]);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var read = inner.Read(buffer);
        Passed += read;
        if (read > _pending.Length - _count)
        {
            Spill();
        }

        if (read > _pending.Length)
        {
            _hash.AppendData(buffer[..read]);
        }
        else
        {
            buffer[..read].CopyTo(_pending.AsSpan(_count));
            _count += read;
        }

        return read;
    }

    public override int ReadByte()
    {
        Span<byte> one = stackalloc byte[1];
        return Read(one) == 0 ? -1 : one[0];
    }

    public override void Flush() => Spill();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Spill()
    {
        if (_count == 0)
        {
            return;
        }

        _hash.AppendData(_pending, 0, _count);
        if (_writes)
        {
            inner.Write(_pending, 0, _count);
        }

        _count = 0;
    }
}
