namespace Holdfast.Engine.MySql.Wire;

/// <summary>An error packet of a server.</summary>
internal sealed class ServerErrorException(int number, string state, string message) : Exception(message)
{
    /// <summary>Number in the server's own list, for example 1236.</summary>
    internal int Number { get; } = number;

    /// <summary>SQLSTATE.</summary>
    internal string State { get; } = state;

    internal static ServerErrorException Parse(ReadOnlySpan<byte> payload)
    {
        var reader = new ByteReader(payload);
        reader.Take(1);
        var number = reader.UInt16();
        var text = Encoding.UTF8.GetString(reader.Rest);
        return text is ['#', ..] && text.Length >= 6 ? new(number, text[1..6], text[6..]) : new(number, "", text);
    }
}
