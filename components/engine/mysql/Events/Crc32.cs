namespace Holdfast.Engine.MySql.Events;

/// <summary>The checksum of events: CRC-32 with the polynomial of zlib, eight bytes at a step.</summary>
internal static class Crc32
{
    private const int Step = 8;
    private static readonly uint[] Tables = Made();

    internal static uint Of(ReadOnlySpan<byte> bytes, uint before = 0)
    {
        var crc = ~before;
        while (bytes.Length >= Step)
        {
            var low = System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc;
            var high = System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = Tables[7 * 256 + (low & 0xFF)] ^ Tables[6 * 256 + (low >> 8 & 0xFF)] ^ Tables[5 * 256 + (low >> 16 & 0xFF)]
                ^ Tables[4 * 256 + (low >> 24)] ^ Tables[3 * 256 + (high & 0xFF)] ^ Tables[2 * 256 + (high >> 8 & 0xFF)]
                ^ Tables[256 + (high >> 16 & 0xFF)] ^ Tables[high >> 24];
            bytes = bytes[Step..];
        }

        foreach (var each in bytes)
        {
            crc = crc >> 8 ^ Tables[(byte)crc ^ each];
        }

        return ~crc;
    }

    private static uint[] Made()
    {
        var tables = new uint[Step * 256];
        for (var i = 0u; i < 256; i++)
        {
            var crc = i;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
            }

            tables[i] = crc;
        }

        for (var i = 256; i < tables.Length; i++)
        {
            tables[i] = tables[i - 256] >> 8 ^ tables[tables[i - 256] & 0xFF];
        }

        return tables;
    }
}
