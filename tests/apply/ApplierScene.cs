namespace Holdfast.Apply.Tests;

/// <summary>
/// An applier that writes the tables of <see cref="World"/> into a database in memory. The random data is one for all, and no two may
/// ask it at once: its classes are one collection.
/// </summary>
public abstract class ApplierScene
{
    private protected static readonly RandomData Data = new(1);
    private protected readonly Database _database = new();
    private protected readonly ManualTime _time = new();

    private protected ApplyOptions _options = new()
    {
        Task = "t",
        Epoch = 1,
        Mark = "n/t",
        Lanes = 2,
        Mapping = World.Mapping,
        Backoff = new Backoff(TimeSpan.FromTicks(1), TimeSpan.FromTicks(1), TimeSpan.FromTicks(3)),
    };

    private protected static IEnumerable<SourceEvent> Described => World.All.Select(t => new SchemaEvent(t));

    private protected async Task<Applier> Started(MemorySink sink, TimeProvider time)
    {
        var applier = new Applier(_options, sink, sink, time);
        Assert.Null((await applier.Start(Position.Zero, default)).Refused);
        return applier;
    }

    private protected static Position At(int minor) => new(0, (ulong)minor);

    private protected static TransactionEvent Insert(int position, int id) => new TransactionEvent(
        Data.Part(At(position), [new Change(ChangeKind.Insert, World.Account.Id, default, Cells.Row(id, "a", 1))]));

    private protected static async IAsyncEnumerable<SourceEvent> Of(IEnumerable<SourceEvent> events)
    {
        await Task.CompletedTask;
        foreach (var each in events)
        {
            yield return each;
        }
    }

    private protected static async Task Until(Func<bool> holds)
    {
        for (var tries = 0; !holds(); tries++)
        {
            Assert.InRange(tries, 0, 6000);
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }
}
