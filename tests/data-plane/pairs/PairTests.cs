using Holdfast.DataPlane.Tests.Kafka;

namespace Holdfast.DataPlane.Tests.Pairs;

/// <summary>
/// The bank across each pair of a source and a sink, through the programs as they are delivered. Programs and servers are killed or stop.
/// Each committed state at the sink has the bank's sum, each transaction is there once, and at the end the rows are equal.
/// </summary>
[Trait("Category", "process")]
public sealed class PairTests(ITestOutputHelper output)
{
    private static readonly PairBlow[] Few =
        [PairBlow.StoreKilled, PairBlow.SinkKilled, PairBlow.SyncKilled, PairBlow.SourceKilled];

    /// <summary>SQLite to SQLite has <see cref="BankTests"/>, Kafka <see cref="KafkaBankTests"/>.</summary>
    public static TheoryData<string, string> Pairs =>
    [
        .. from source in BankPlace.Kinds
           from sink in BankPlace.Kinds
           where (source, sink) != (BankPlace.Sqlite, BankPlace.Sqlite)
           select (source, sink),
    ];

    [Theory]
    [InlineData(BankPlace.Postgres, BankPlace.MySql)]
    [InlineData(BankPlace.MySql, BankPlace.Postgres)]
    public Task Nothing_is_lost_or_doubled_while_programs_and_servers_are_killed(string from, string to) =>
        Dealt(from, to, seed: 1, Few, TimeSpan.Zero);

    /// <summary>Each engine once as either side; the other pairs are among the long ones.</summary>
    [Theory]
    [Trait("Category", "heavy")]
    [InlineData(BankPlace.Postgres, BankPlace.Postgres)]
    [InlineData(BankPlace.MySql, BankPlace.MySql)]
    [InlineData(BankPlace.Sqlite, BankPlace.Postgres)]
    [InlineData(BankPlace.MySql, BankPlace.Sqlite)]
    public Task Nothing_is_lost_or_doubled_under_each_kind_of_blow(string from, string to) =>
        Dealt(from, to, seed: 2, Enum.GetValues<PairBlow>(), TimeSpan.FromSeconds(3));

    [Theory]
    [Trait("Category", "long")]
    [MemberData(nameof(Pairs))]
    public Task Nothing_is_lost_or_doubled_under_many_blows(string from, string to) => Dealt(from, to,
        seed: (int)TimeProvider.System.GetTimestamp(), Enumerable.Repeat(Enum.GetValues<PairBlow>(), 6).SelectMany(b => b),
        TimeSpan.FromSeconds(15));

    private async Task Dealt(string from, string to, int seed, IEnumerable<PairBlow> blows, TimeSpan pauseMax)
    {
        output.WriteLine($"seed {seed}");
        await using var scene = await PairScene.Start(from, to);
        var random = new Random(seed);
        var order = blows.Where(scene.Has).ToArray();
        random.Shuffle(order);
        scene.Open(seed);
        foreach (var blow in order)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(200, 900)), TimeProvider.System, TestContext.Current.CancellationToken);
            try
            {
                var (time, before) = (TimeProvider.System.GetTimestamp(), scene.Made);
                await scene.Deal(blow, pauseMax * random.NextDouble());
                output.WriteLine($"{blow}: {TimeProvider.System.GetElapsedTime(time).TotalSeconds:0.0} s, {before} made before");
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"seed {seed}, {blow}: {error.Message}", error);
            }
        }

        var states = await scene.Close();
        output.WriteLine($"{from} to {to}: {order.Length} blows, {scene.Made} transactions, each once; {states} states of the sink");
    }
}
