using Holdfast.Engine.Transactions;

namespace Holdfast.IncrSync;

/// <summary>The stream's tables beside the sink's: described when their form is new, compared again where they did not fit.</summary>
internal sealed class StreamTables(SinkTables tables, LaneWait lanes, Ending ending)
{
    /// <summary>Nothing of this run was planned yet: what is described may be of rows that were written long ago.</summary>
    private bool _isReplay = true;

    internal async Task Describe(SchemaEvent schema)
    {
        if (tables.IsSame(schema.Schema))
        {
            return;
        }

        if (tables.IsKnown(schema.Schema))
        {
            await lanes.Drained().ConfigureAwait(false);
        }

        var faults = await tables.Take(schema.Schema, ending.Stop).ConfigureAwait(false);
        if (faults.Count > 0 && !_isReplay)
        {
            // All that came before the table is right, and is written.
            await lanes.Drained().ConfigureAwait(false);
            ending.Say(new Stopped(faults));
        }
    }

    /// <summary>Rows come: whatever is described from now on is of rows that are still to be written.</summary>
    /// <returns>False: they do not fit, and the run has ended.</returns>
    internal async ValueTask<bool> Fit(TransactionPart part)
    {
        if (tables.IsUnsure && await IsUnfit(part).ConfigureAwait(false))
        {
            return false;
        }

        _isReplay = false;
        return true;
    }

    internal IReadOnlyList<SinkChange> Changes(TransactionPart part) => ChangeMapper.Map(part, tables.Of);

    /// <summary>
    /// Compares tables of the rows that come with the sink as it is now. It does so where the last comparison was of another form of them,
    /// or was before a statement that has made them fit.
    /// </summary>
    private async Task<bool> IsUnfit(TransactionPart part)
    {
        var named = new HashSet<uint>();
        part.AddTables(named);
        foreach (var table in tables.Unmapped(named))
        {
            await lanes.Drained().ConfigureAwait(false);
            if (await tables.Take(table, ending.Stop).ConfigureAwait(false) is { Count: > 0 } faults)
            {
                ending.Say(new Stopped(faults));
                return true;
            }
        }

        return false;
    }
}
