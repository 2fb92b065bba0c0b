using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Holdfast.Engine.Postgres.Db;

/// <summary>Numbers of advisory locks, which a server keeps for those who agree on them.</summary>
internal static class AdvisoryLock
{
    /// <summary>The number of a lock by its name. Two names with one number wait for each other, and nothing worse.</summary>
    internal static long Of(params ReadOnlySpan<string> name) =>
        BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes("holdfast\0" + string.Join('\0', name!))));
}
