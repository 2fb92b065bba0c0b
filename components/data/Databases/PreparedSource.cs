using Holdfast.Engine.Transactions;

namespace Holdfast.Data.Databases;

/// <summary>A source that is prepared each time before it is asked who it is: a fault of that is one of the source, and may pass.</summary>
internal sealed class PreparedSource(ISource source, Func<CancellationToken, Task> prepare) : ISource
{
    public async Task<SourceIdentity> Identify(CancellationToken cancel)
    {
        await prepare(cancel);
        return await source.Identify(cancel);
    }

    public Task<SourceRange> Range(CancellationToken cancel) => source.Range(cancel);

    public Task<Position?> At(DateTimeOffset time, CancellationToken cancel) => source.At(time, cancel);

    public IAsyncEnumerable<SourceEvent> Read(Position after, StreamFilter filter, CancellationToken cancel) =>
        source.Read(after, filter, cancel);

    public Task Confirm(Position durable, CancellationToken cancel) => source.Confirm(durable, cancel);

    public Task Beat(ulong? barrier, CancellationToken cancel) => source.Beat(barrier, cancel);

    public ValueTask DisposeAsync() => source.DisposeAsync();
}
