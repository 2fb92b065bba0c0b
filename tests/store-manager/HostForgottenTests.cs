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
        await _life.Subtopics.Lose([store.Name], default);
        await _life.Loop.Once();
        Assert.Equal((store.Name, DesiredState.Absent), Assert.Single(_life.Bus.Take<StorePlaced>(), p => p.Store == store.Name) is var p
            ? (p.Store, p.Desired) : default);
        await _life.Loop.Once();
        Assert.DoesNotContain(_life.Store("mysql").Stores, s => s.Name == store.Name);
    }

    [Fact]
    public async Task Only_those_that_are_named_go()
    {
        await _life.Configure(new HaConfig());
        _life.Hears(Requests.Report("n1"));
        await _life.Takes(Requests.Of("t1"));
        await _life.Subtopics.Lose(["10.0.0.1-9000:mysql:0000000099", "10.0.0.1-9000:other:0000000001", "nonsense"], default);
        Assert.Equal(DesiredState.Running, Assert.Single(_life.Store("mysql").Stores).Desired);
    }
}
