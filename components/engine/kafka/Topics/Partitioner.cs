using System.Buffers.Binary;

namespace Holdfast.Engine.Kafka.Topics;

/// <summary>
/// Chooses a message's partition as Kafka's own producers do: murmur2 over the key's bytes, without its sign, modulo the partitions.
/// So a reader that computes where a key lies, and another writer of the same topic, agree with us.
/// </summary>
internal static class Partitioner
{
    private const uint Seed = 0x9747b28c;
    private const uint Mix = 0x5bd1e995;

    /// <summary>The partition of a key.</summary>
    internal static int Of(ReadOnlySpan<byte> key, int partitions) => (int)((uint)(Murmur2(key) & int.MaxValue) % (uint)partitions);

    internal static int Murmur2(ReadOnlySpan<byte> data)
    {
        var hash = Seed ^ (uint)data.Length;
        for (; data.Length >= 4; data = data[4..])
        {
            var word = BinaryPrimitives.ReadUInt32LittleEndian(data) * Mix;
            word = (word ^ (word >> 24)) * Mix;
            hash = hash * Mix ^ word;
        }

        if (data.Length > 0)
        {
            var rest = 0u;
            for (var i = data.Length - 1; i >= 0; i--)
            {
                rest = rest << 8 | data[i];
            }

            hash = (hash ^ rest) * Mix;
        }

        hash = (hash ^ (hash >> 13)) * Mix;
        return (int)(hash ^ (hash >> 15));
    }
}
