using System.Runtime.CompilerServices;
using Holdfast.Engine.Seams;
using Holdfast.Engine.Transactions;

namespace Holdfast.Engine.Relay;

/// <summary>
/// A source whose past, as far as it has thrown it away, comes from another Store of its subtopic. From the first position that the
/// source still has it is read itself: the positions are the same.
/// </summary>
/// <param name="source">The source.</param>
/// <param name="past">A relay of another Store.</param>
public sealed class BackfillSource(ISource source, ISource past) : ISource
{
    /// <summary><c>resolve</c> has answered that nobody has it, which is another thing than no answer.</summary>
    private const string NobodyHasIt = "DP-311";

    /// <inheritdoc/>
    public Task<SourceIdentity> Identify(CancellationToken cancel) => source.Identify(cancel);

    /// <inheritdoc/>
    public async Task<SourceRange> Range(CancellationToken cancel)
    {
        var range = await source.Range(cancel);
        try
        {
            var before = await past.Range(cancel);
            return before.Oldest < range.Oldest ? range with { Oldest = before.Oldest, OldestTime = before.OldestTime } : range;
        }
        catch (SourceFaultException error) when (error.Fault.Code == NobodyHasIt)
        {
            return range;
        }
    }

    /// <inheritdoc/>
    public async Task<Position?> At(DateTimeOffset time, CancellationToken cancel)
    {
        if (await source.At(time, cancel) is { } position)
        {
            return position;
        }

        try
        {
            return await past.At(time, cancel);
        }
        catch (SourceFaultException error) when (error.Fault.Code == NobodyHasIt)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<SourceEvent> Read(
        Position after, StreamFilter filter, [EnumeratorCancellation] CancellationToken cancel)
    {
        var oldest = (await source.Range(cancel)).Oldest;
        if (after < oldest)
        {
            await Recognise(cancel);
            await foreach (var each in past.Read(after, filter, cancel))
            {
                yield return each;
                if (Reached(each) is { } reached && reached >= oldest)
                {
                    // Meanwhile the source may have thrown away more.
                    oldest = (await source.Range(cancel)).Oldest;
                    if (reached >= oldest)
                    {
                        after = reached;
                        break;
                    }
                }
            }
        }

        await foreach (var each in source.Read(after, filter, cancel))
        {
            yield return each;
        }
    }

    /// <summary>
    /// The other Store is told nothing: it would keep what it believes to be needed for one that never comes back. What it keeps
    /// anyway lasts for much longer than this takes.
    /// </summary>
    public Task Confirm(Position durable, CancellationToken cancel) => source.Confirm(durable, cancel);

    /// <inheritdoc/>
    public Task Beat(ulong? barrier, CancellationToken cancel) => source.Beat(barrier, cancel);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await past.DisposeAsync();
        await source.DisposeAsync();
    }

    /// <summary>Both must read the same database, else their positions have nothing to do with each other.</summary>
    private async Task Recognise(CancellationToken cancel)
    {
        var (ours, theirs) = (await source.Identify(cancel), await past.Identify(cancel));
        if ((ours.Kind, ours.SystemId) != (theirs.Kind, theirs.SystemId))
        {
            throw new SourceFaultException(RelayFaults.OtherSource(theirs, ours));
        }
    }

    /// <summary>Everything up to there was shown; null: it is in the middle of a transaction, or says nothing of it.</summary>
    private static Position? Reached(SourceEvent shown) => shown switch
    {
        TransactionEvent { Part: { IsLast: true, Position: var position } } => position,
        AliveEvent alive => alive.Position,
        _ => null,
    };
}
