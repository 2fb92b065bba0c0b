namespace Holdfast.StoreManager.Tests;

/// <summary>Hosts to which no Store is to come, as the scheduler says every five seconds.</summary>
public sealed class HostsShunnedTests
{
    private readonly ManualTime _time = new();
    private readonly HostsShunned _shunned;

    public HostsShunnedTests() => _shunned = new HostsShunned(_time);

    private void Hear(string region, params string[] hosts) => _shunned.Hear(new HostsAvoided
    {
        Region = region, Hosts = [.. hosts.Select(h => new AvoidedHost(h, "it flaps"))], At = _time.GetUtcNow(),
    });

    [Theory]
    [InlineData(30, "it flaps")]
    [InlineData(30.001, null)]
    public void What_is_not_said_again_holds_no_more(double seconds, string? why)
    {
        Hear("north", "h1");
        _time.Advance(TimeSpan.FromSeconds(seconds));
        Assert.Equal(why, _shunned.WhyNot("north", "h1"));
    }

    [Fact]
    public void The_last_word_of_each_region_holds()
    {
        Hear("north", "h1", "h2");
        Hear("south", "h1");
        Hear("north", "h2");
        Assert.Null(_shunned.WhyNot("north", "h1"));
        Assert.NotNull(_shunned.WhyNot("north", "h2"));
        Assert.NotNull(_shunned.WhyNot("south", "h1"));
        Hear("north");
        Assert.Null(_shunned.WhyNot("north", "h2"));
    }
}
