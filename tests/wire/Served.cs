using System.Net.Security;
using Holdfast.Engine.Seams;
using Holdfast.Engine.Tables;
using Holdfast.Engine.Transactions;
using Holdfast.Log;
using Holdfast.Log.Contract;
using Holdfast.StoreWire.Client;
using Holdfast.StoreWire.Server;
using Microsoft.Extensions.Logging.Abstractions;

namespace Holdfast.Wire.Tests;

/// <summary>A real log in a folder, served over a real socket.</summary>
internal sealed class Served : IAsyncDisposable
{
    internal const string SystemId = "source-1";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly TempDirectory _folder = new();
    private readonly CancellationTokenSource _limit = new(Limit, TimeProvider.System);

    internal Served(int seed, Func<ServerOptions, ServerOptions>? change = null, Func<LogOptions, LogOptions>? log = null)
    {
        Data = new RandomData(seed);
        Tables = [.. Enumerable.Range(1, 3).Select(i => Data.Table((uint)i))];
        var options = new LogOptions { Folder = _folder.File("log"), SourceKind = "test", SystemId = SystemId, Subtopic = "shop" };
        options = log?.Invoke(options) ?? options;
        Log = StoreLog.Open(options).Value!;
        Shown = new ServedLog(Log, "store-1", options);
        Server = StoreServer.Start(change?.Invoke(new ServerOptions()) ?? new ServerOptions(), Shown, NullLogger<StoreServer>.Instance);
        foreach (var table in Tables)
        {
            Assert.Null(Log.Append(new SchemaEvent(table)));
        }
    }

    internal RandomData Data { get; }

    internal IReadOnlyList<TableSchema> Tables { get; }

    internal StoreLog Log { get; }

    internal ServedLog Shown { get; }

    internal StoreServer Server { get; }

    internal List<TransactionPart> Made { get; } = [];

    internal CancellationToken Cancel => _limit.Token;

    internal void Append(int count, int changesMax = 6)
    {
        for (var i = 0; i < count; i++)
        {
            Add(Data.Transaction(new Position(1, (ulong)Made.Count + 1), Tables, changesMax));
        }

        Assert.Null(Log.Flush());
    }

    internal void Add(TransactionPart part)
    {
        Made.Add(part);
        Assert.Null(Log.Append(new TransactionEvent(part)));
    }

    internal ClientOptions Client(string ticket = "", SslClientAuthenticationOptions? tls = null) =>
        new() { Store = Server.Endpoint, Ticket = ticket, Tls = tls };

    internal static Open From(Position? after = null, long credit = 1 << 20) =>
        new() { Task = "orders", SystemId = SystemId, After = after?.ToString(), Credit = credit };

    internal Task<StoreStream> Open(Open? asks = null, ClientOptions? options = null) =>
        StoreClient.Open(options ?? Client(), _ => asks ?? From(), Cancel);

    /// <summary>Reads until a position has been reached.</summary>
    internal async Task<List<SourceEvent>> Read(StoreStream stream, Position upTo)
    {
        var read = new List<SourceEvent>();
        await foreach (var each in stream.Read(Cancel))
        {
            read.Add(each);
            if (each is AliveEvent alive && alive.Position >= upTo)
            {
                break;
            }
        }

        return read;
    }

    internal async Task<RefusedFrame> Refused(Open? asks = null, ClientOptions? options = null) =>
        (await Assert.ThrowsAsync<RefusedException>(() => Open(asks, options))).Refusal;

    internal static string Text(TransactionPart part) => $"{part.Position} {part.CommitTime} {part.Origin} {part.SourceId} {part.IsFirst} "
        + $"{part.IsLast} {part.Ddl} {part.Barrier} {Convert.ToHexString(part.Changes.Span)}";

    internal static IEnumerable<string> Texts(IEnumerable<SourceEvent> events) =>
        events.OfType<TransactionEvent>().Select(t => Text(t.Part));

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Log.Dispose();
        _limit.Dispose();
        _folder.Dispose();
    }
}
