using Holdfast.StoreManager.Config;
using Holdfast.StoreManager.Publishing;

namespace Holdfast.StoreManager.Tests;

/// <summary>ha.config is asked for by each life until it is heard, also by one that knows what another life heard.</summary>
public sealed class ConfigAskingTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly ManualTime _time = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task It_is_asked_for_until_it_is_heard_and_no_longer()
    {
        using var life = new Life(_directory.Location, _time);
        Assert.Equal([1, 1, 0], await Asks(life, heardAfter: 2));
        // Kept, and yet out of date perhaps: the next life asks as well.
        using var next = new Life(_directory.Location, _time);
        await next.Loop.Once();
        Assert.True(next.Get<HaConfigHeard>().Held!.Config.Enable);
        Assert.Equal([1, 0, 0], await Asks(next, heardAfter: 1));
    }

    private static async Task<List<int>> Asks(Life life, int heardAfter)
    {
        var asked = new List<int>();
        for (var tick = 0; tick < 3; tick++)
        {
            if (tick == heardAfter)
            {
                await life.Configure(new HaConfig { Enable = true });
                life.Get<HaConfigHeard>().Heard();
            }

            await life.Get<ConfigAsking>().Once();
            asked.Add(life.Bus.Take<HaConfigAsked>().Count);
        }

        return asked;
    }
}
