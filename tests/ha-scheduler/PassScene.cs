namespace Holdfast.HaScheduler.Tests;

/// <summary>Passes over a real state file and a recorded bus. Profile fast: Down after 8 s.</summary>
public abstract class PassScene : IDisposable
{
    protected const int DownAfter = 9;

    private protected readonly TempDirectory _directory = new();
    private protected readonly ManualTime _time = new();
    private protected Life _life;

    protected PassScene() => _life = new Life(_directory.Location, _time);

    public void Dispose()
    {
        _life.Dispose();
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Two hosts, one task; the host that runs it and the other one.</summary>
    private protected async Task<(string Host, string Other)> OneTaskRuns()
    {
        _life.Reports("h1");
        _life.Reports("h2");
        await _life.Pass();
        await _life.NewTask("t1");
        await _life.Pass();
        var host = _life.Component("t1").Host!;
        _life.Obeys(host);
        await _life.Pass();
        return (host, host == "h1" ? "h2" : "h1");
    }

    /// <summary>The feed has been complete for so long that what rests on hearing is told at once.</summary>
    private protected Task LongWhole() => _life.Pass(10);

    private protected void Restart()
    {
        _life.Dispose();
        _life = new Life(_directory.Location, _time);
    }
}
