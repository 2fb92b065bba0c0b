using Holdfast.Alerting.Silences;

namespace Holdfast.Alerting.Tests;

public sealed class SilenceDirectoryTests : IAsyncDisposable
{
    private readonly World _world = new();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    private static Silence Until(DateTimeOffset end, int number) => new()
    {
        Id = $"s{number}", Matcher = new SilenceMatcher { Hosts = ["host-1"] }, Reason = "r", Owner = "o", CreatedAt = T0.AddDays(-1),
        StartsAt = T0.AddDays(-1), EndsAt = end,
    };

    [Fact]
    public async Task There_are_500_silences_at_one_time_and_one_that_has_ended_is_none_of_them()
    {
        var begun = Enumerable.Range(1, 499).Select(n => new Change<Silence>(Until(T0.AddHours(1), n), null));
        await _world.Silences.ChangeMany([.. begun, new(Until(T0, 0), null)], World.Cancel);
        var directory = new SilenceDirectory(_world.Silences, _world.Time);
        var asked = new SilenceRequest
        {
            Matcher = new SilenceMatcher { Hosts = ["host-2"] }, Reason = "r", Owner = "o", EndsAt = T0.AddHours(1),
        };
        Assert.Null((await directory.Create(asked, World.Cancel)).Fault);
        Assert.Equal("AL-123", (await directory.Create(asked, World.Cancel)).Fault?.Code);
        _world.Time.Advance(TimeSpan.FromHours(1));
        Assert.Null((await directory.Create(asked with { EndsAt = T0.AddHours(2) }, World.Cancel)).Fault);
    }
}
