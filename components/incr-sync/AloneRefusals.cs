namespace Holdfast.IncrSync;

/// <summary>Remembers what the sink did not take of transactions that go alone, and what to try when they are read again.</summary>
internal sealed class AloneRefusals(Memory memory, Ending ending, ApplyOptions options)
{
    /// <summary>Rows of a transaction that are left out.</summary>
    internal List<KeyValuePair<RowName, SkippedRow>> LeftOut(Position position) =>
        [.. memory.LeftOut.Where(r => r.Key.Position == position)];

    /// <summary>A row of the transaction is looked for.</summary>
    internal bool IsOneByOne(Position position) => memory.OneByOne.Contains(position);

    /// <summary>The parts before are gone with the sink's transaction: the stream is read again, and this time it is known what to
    /// do.</summary>
    internal void Refuse(Refused refused, IReadOnlyList<SinkStatement> statements, Position position)
    {
        switch (Refusal.Next(refused, statements, 1, options.SkipRows))
        {
            case OneByOne when memory.OneByOne.Add(position):
                ending.Say(new ReadAgain($"a row of transaction {position} is refused, and is looked for: {refused.Why}"));
                break;
            case LeaveOut leave when memory.LeftOut.TryAdd(leave.Row, leave.Skipped):
                ending.Say(new ReadAgain($"{leave.Row} is left out"));
                break;
            case GiveUp stop:
                ending.Say(new Stopped([stop.Fault]));
                break;
            default:
                ending.Say(new Stopped([Refusal.Unfound(refused)]));
                break;
        }
    }
}
