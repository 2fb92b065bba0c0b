using Holdfast.StoreManager.Tickets;

namespace Holdfast.StoreManager.Tests;

/// <summary>Tickets as they are kept.</summary>
public sealed class TicketStoreTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly ManualTime _time = new();
    private readonly Life _life;

    public TicketStoreTests() => _life = new Life(_directory.Location, _time);

    public void Dispose()
    {
        _life.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(93, true)]
    [InlineData(94, false)]
    public async Task One_that_is_over_is_kept_for_93_days(int days, bool isKept)
    {
        await _life.Configure(new HaConfig());
        _life.Hears(Requests.Report("n1"));
        await _life.Loop.Once();
        var tickets = _life.Get<TicketStore>();
        await tickets.Open(new StoreTicket
        {
            Id = "over", Kind = TicketKind.Create, Subtopic = "mysql", Region = "r", By = "HA", IsOver = true,
            Status = TicketStatus.Successful, CreatedAt = _time.GetUtcNow(), TriedAt = _time.GetUtcNow(),
        }, default);
        _time.SetWallClock(_time.GetUtcNow().AddDays(days));
        await _life.Loop.Once();
        Assert.Equal(isKept, await tickets.Find("over", default) is not null);
    }
}
