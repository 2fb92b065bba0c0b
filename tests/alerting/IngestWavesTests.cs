namespace Holdfast.Alerting.Tests;

public class IngestWavesTests
{
    [Fact]
    public void A_wave_has_each_condition_once_and_a_host_s_tasks_after_it()
    {
        var task = Firing(T0, "task") with { Event = AlertEvents.SyncDelay, Scope = AlertScope.Task, Host = "b" };
        var waves = Waves([Firing(T0, "a"), Firing(T0, "b"), Firing(T0, "a"), task, Firing(T0, "c"), Firing(T0, "a")]);
        Assert.Equal([[0, 1, 4], [2, 3], [5]], waves);
        Assert.Equal([256, 256, 88], Waves(Enumerable.Range(0, 600).Select(n => Firing(T0, $"h{n}"))).Select(w => w.Count));
        Assert.Empty(Waves([]));
    }

    private static IEnumerable<IReadOnlyList<int>> Waves(IEnumerable<AlertRaised> messages) =>
        IngestWaves.Of([.. messages.Select(message => new IncomingAlert(message, null))]);
}
