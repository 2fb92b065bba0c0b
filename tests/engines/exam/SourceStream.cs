namespace Holdfast.Engines.Tests.Exam;

/// <summary>A source that is read, with all that it has shown.</summary>
internal sealed class SourceStream : IAsyncDisposable
{
    /// <summary>Longer than any machine takes; a test that is right never waits for it.</summary>
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(60);

    private readonly ISource _source;
    private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(Rows.Cancel);
    private readonly IAsyncEnumerator<SourceEvent> _events;

    internal SourceStream(ISource source, Position after, StreamFilter? filter = null)
    {
        _source = source;
        _events = source.Read(after, filter ?? StreamFilter.None, _end.Token).GetAsyncEnumerator(_end.Token);
    }

    internal Dictionary<uint, TableSchema> Tables { get; } = [];

    internal static async Task<SourceStream> FromNow(ISource source, StreamFilter? filter = null) =>
        new(source, (await source.Range(Rows.Cancel)).Newest, filter);

    internal async Task<SourceEvent> Next()
    {
        Assert.True(await _events.MoveNextAsync().AsTask().WaitAsync(Most, Rows.Cancel));
        if (_events.Current is SchemaEvent schema)
        {
            Tables.Add(schema.Schema.Id, schema.Schema);
        }

        return _events.Current;
    }

    /// <summary>The next part of a transaction; signs of life before it are passed over.</summary>
    internal async Task<TransactionPart> Part()
    {
        for (var begun = TimeProvider.System.GetTimestamp(); ; OnTime(begun))
        {
            if (await Next() is TransactionEvent transaction)
            {
                return transaction.Part;
            }
        }
    }

    /// <summary>The changes of the next transaction, one line each; it is whole.</summary>
    internal async Task<string[]> Changes()
    {
        var part = await Part();
        Assert.True(part.IsWhole);
        return Lines(part);
    }

    internal string[] Lines(TransactionPart part) => [.. part.Read().Select(c =>
        $"{c.Kind} {Tables[c.Table].Name} {Shown(c.Before)}{(c.Kind == ChangeKind.Update ? " -> " : "")}{Shown(c.After)}")];

    /// <summary>Reads up to the fault with which the stream ends.</summary>
    internal async Task<SourceFault> Fault()
    {
        var fault = await Assert.ThrowsAsync<SourceFaultException>(async () =>
        {
            for (var begun = TimeProvider.System.GetTimestamp(); ; OnTime(begun))
            {
                await Next();
            }
        });
        return fault.Fault;
    }

    /// <summary>Signs of life come for ever.</summary>
    private static void OnTime(long begun) =>
        Assert.True(TimeProvider.System.GetElapsedTime(begun) < Most, "nothing but signs of life came");

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        try
        {
            await _events.DisposeAsync();
        }
        catch (NotSupportedException)
        {
            // It is waiting still; the cancellation ends it.
        }

        await _source.DisposeAsync();
        _end.Dispose();
    }

    private static string Shown(Engine.Values.Row row)
    {
        var values = new List<string>();
        foreach (var value in row)
        {
            values.Add(value.ToString());
        }

        return string.Join(',', values);
    }
}
