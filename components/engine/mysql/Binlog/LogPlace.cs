namespace Holdfast.Engine.MySql.Binlog;

/// <summary>
/// A place in a server's log as a position: how often the log was begun anew and the file's number, then the offset in it. Events say
/// only 32 bits of their offset, so the rest is counted.
/// </summary>
internal sealed class LogPlace(uint generation, string @base, int digits)
{
    private const int FirstOffset = 4;

    internal BinlogFile File { get; private set; } = new(@base, 0, digits);

    internal ulong Offset { get; private set; }

    internal Position Position => Of(generation, File.Number, Offset);

    internal static Position Of(uint generation, ulong file, ulong offset) => new((ulong)generation << 32 | file, offset);

    internal static Position Beginning(uint generation, BinlogFile file) => Of(generation, file.Number, FirstOffset);

    internal static uint Generation(Position position) => (uint)(position.Major >> 32);

    internal static uint Number(Position position) => (uint)position.Major;

    /// <summary>The stream goes on in another file.</summary>
    internal void Move(string file, ulong offset) => (File, Offset) = (BinlogFile.Parse(file)
        ?? throw new DamagedException($"'{file}' is no name of a file of the log"), offset);

    /// <summary>An event ends.</summary>
    internal void Pass(uint end)
    {
        if (end == 0)
        {
            return;
        }

        var high = Offset & ~(ulong)uint.MaxValue;
        Offset = high + end < Offset ? high + (1ul << 32) + end : high + end;
    }
}
