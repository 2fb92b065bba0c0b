namespace Holdfast.Engine.MySql.Wire;

/// <summary>The first byte of a server's answer.</summary>
internal static class Answer
{
    internal const byte Ok = 0x00;

    /// <summary>The proof goes on: more is asked for, or told.</summary>
    internal const byte More = 0x01;

    /// <summary>Another proof is asked for; behind a dump: the log ends.</summary>
    internal const byte Switch = 0xFE;

    internal const byte Error = 0xFF;

    /// <exception cref="ServerErrorException">The server refuses.</exception>
    /// <exception cref="DamagedException">It has answered nothing.</exception>
    internal static void Check(ReadOnlySpan<byte> answer)
    {
        if (answer.IsEmpty)
        {
            throw new DamagedException("the server answers an empty packet");
        }

        if (answer[0] == Error)
        {
            throw ServerErrorException.Parse(answer);
        }
    }
}
