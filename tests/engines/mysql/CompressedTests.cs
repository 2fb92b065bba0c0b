using System.Buffers.Binary;
using System.IO.Compression;
using Holdfast.Engine.MySql.Events;

namespace Holdfast.Engines.Tests.MySql;

public sealed class CompressedTests
{
    [Fact]
    public void What_is_packed_comes_out_again() =>
        Assert.Equal("hello"u8.ToArray(), Compressed.Maria(Packed("hello"u8, times: 1, said: 5)));

    [Theory]
    [InlineData(10)]
    [InlineData(1 << 20)]
    public void Bytes_that_unpack_to_more_than_they_say_are_damaged_before_they_are_all_there(int said)
    {
        var bomb = Packed(new byte[1 << 20], times: 512, said);
        var before = GC.GetTotalAllocatedBytes();
        Assert.Throws<DamagedException>(() => Compressed.Maria(bomb));
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 32L << 20);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(int.MaxValue)]
    public void Bytes_that_unpack_to_less_than_they_say_are_damaged_and_cost_no_memory(int said)
    {
        var packed = Packed("hello"u8, times: 1, said);
        var before = GC.GetTotalAllocatedBytes();
        Assert.Throws<DamagedException>(() => Compressed.Maria(packed));
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 1L << 20);
    }

    private static byte[] Packed(ReadOnlySpan<byte> part, int times, int said)
    {
        using var packed = new MemoryStream();
        packed.WriteByte(0x84);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, said);
        packed.Write(length);
        using (var pack = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (var i = 0; i < times; i++)
            {
                pack.Write(part);
            }
        }

        return packed.ToArray();
    }
}
