namespace Holdfast.StoreManager.Tests;

/// <summary>Positions of consumers that are not heard any more.</summary>
public sealed class PositionsTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly ManualTime _time = new();
    private readonly Life _one;
    private readonly Life _other;

    public PositionsTests()
    {
        _one = new Life(_directory.Location, _time);
        _other = new Life(_directory.Location, _time);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _one.Dispose();
        _other.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task What_was_heard_and_could_not_be_kept_is_known_until_it_is_kept()
    {
        var positions = _one.Get<Positions>();
        await positions.Keep([At(100, ranUntil: 100)], Cancel);
        positions.Hear([At(160, ranUntil: 160)]);
        await positions.Load(Cancel);
        Assert.Equal(160, Position(positions));
        await positions.Keep([At(170, ranUntil: 170)], Cancel);
        Assert.Equal(170, Position(positions));
    }

    [Fact]
    public async Task What_another_replica_has_kept_of_later_goes_before_what_was_heard()
    {
        var (positions, others) = (_one.Get<Positions>(), _other.Get<Positions>());
        positions.Hear([At(160, ranUntil: 160)]);
        await others.Keep([At(200, ranUntil: 200)], Cancel);
        await positions.Load(Cancel);
        Assert.Equal(200, Position(positions));
    }

    private static SubtopicView At(long position, long ranUntil) =>
        Scene.View(StoreHealth.Running).ReadAt(position) with { RanUntil = ranUntil };

    private static long? Position(Positions positions) => positions.Find("mysql")?.Consumers["t1"];
}
