using Holdfast.Log;
using Holdfast.Log.Contract;
using Holdfast.Log.Reading;

namespace Holdfast.Store;

/// <summary>A log's transactions by the source's own names: a server that takes over knows those, and none of the positions.</summary>
internal static class LogNames
{
    /// <summary>The names of transactions that the log has behind a position, oldest first.</summary>
    /// <param name="log">The log.</param>
    /// <param name="after">Null: from its beginning.</param>
    /// <returns>Null: it does not reach back there.</returns>
    internal static IEnumerable<(Position Position, string? Name)>? After(StoreLog log, Position? after)
    {
        // Readers see only what is on the disk.
        log.Flush();
        var from = after ?? log.Range.After;
        return log.OpenReader(from) is { IsDone: true, Value: var reader } ? Read(reader, from) : null;
    }

    private static IEnumerable<(Position Position, string? Name)> Read(LogReader reader, Position from)
    {
        using (reader)
        {
            while (Next(reader) is { } block)
            {
                foreach (var part in block.Transactions(from).Where(p => p.IsLast))
                {
                    yield return (part.Position, part.SourceId);
                }
            }
        }
    }

    private static LogBlock? Next(LogReader reader)
    {
        try
        {
            return reader.TryNext();
        }
        catch (LogFaultException error)
        {
            throw new SourceFaultException(new SourceFault(error.Fault.Code, error.Fault.Message, error.Fault.Workaround));
        }
    }
}
