using Holdfast.Contracts;
using Holdfast.Tests;

namespace Holdfast.StoreManager.Tests;

/// <summary>Stores of a host that an operator deleted.</summary>
public sealed class HostForgottenTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly ManualTime _time = new();
    private readonly Life _life;

    public HostForgottenTests() => _life = new Life(_directory.Location, _time);

    public void Dispose()
    {
        _life.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task They_go_without_its_word_and_the_scheduler_hears_that_they_went()
    {
        await _life.Configure(new HaConfig());
        _life.Hears(Requests.Report("n1"));
        await _life.Takes(Requests.Of("t1"));
        var store = Assert.Single(_life.Store("mysql").Stores);
        Assert.Equal("n1", store.Host);
        _life.Bus.Take<StorePlaced>();
        await _life.Subtopics.LoseHost("n1", _time.GetUtcNow(), default);
        await _life.Loop.Once();
        Assert.Equal((store.Name, DesiredState.Absent), Assert.Single(_life.Bus.Take<StorePlaced>(), p => p.Store == store.Name) is var p
            ? (p.Store, p.Desired) : default);
        await _life.Loop.Once();
        Assert.DoesNotContain(_life.Store("mysql").Stores, s => s.Name == store.Name);
    }

    [Fact]
    public async Task What_was_placed_after_the_deletion_stands_on_the_next_host_of_that_id()
    {
        await _life.Configure(new HaConfig());
        _life.Hears(Requests.Report("n1"));
        await _life.Takes(Requests.Of("t1"));
        await _life.Subtopics.LoseHost("n1", _time.GetUtcNow().AddSeconds(-1), default);
        await _life.Subtopics.LoseHost("n2", _time.GetUtcNow(), default);
        Assert.Equal(DesiredState.Running, Assert.Single(_life.Store("mysql").Stores).Desired);
    }
}
