using Holdfast.Rules.HaScheduler.Forecast;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Forecasts for the Stores of hosts that are supposed to be lost or drained.</summary>
public sealed class StoreForecastTests
{
    private static readonly Registration Component = Scene.Component("t1", "h1");

    private static HostSnapshot Runs(string host, double delay) =>
        Scene.Host(host, runs: Scene.Runs(Component) with { DelaySeconds = delay });

    private static readonly Snapshot Live = Scene.Of(
        [Runs("h1", delay: 4), Scene.Host("h2"), Scene.Host("h3", idc: "n2"), Scene.Host("h4", idc: "n2")],
        Component, Scene.Component("t2", "h3"));

    private static Supposition Nothing { get; } =
        new(new HashSet<string>(), new HashSet<(string, string)>(), new HashSet<string>(), null);

    private static Supposition Lose(params string[] hosts) => Nothing with { Hosts = hosts.ToHashSet(StringComparer.Ordinal) };

    /// <summary>The forecast for a lost IDC once left out its Stores, which hold the logs.</summary>
    [Fact]
    public void The_Stores_of_what_is_lost_or_drained_are_told_with_what_is_left_of_their_subtopics()
    {
        StorePlaced[] stores =
        [
            Store("a-1", "a", "h3"), Store("a-2", "a", "h1"), Store("b-1", "b", "h4"), Store("b-2", "b", "h3"),
            Store("c-1", "c", "h4") with { Desired = DesiredState.Stopped }, Store("d-1", "d", "h2"),
            Store("e-1", "e", "h3") with { Desired = DesiredState.Absent },
        ];
        var idc = Nothing with { Idcs = new HashSet<(string, string)> { ("north", "n2") } };
        Told(Live, idc, ("a-1 h3 a-2", "its subtopic goes on"), ("b-1 h4 ", "none of its subtopic is left: HA makes another"),
            ("b-2 h3 ", "none of its subtopic is left: HA makes another"), ("c-1 h4 ", "it is stopped"));
        Told(Live, Nothing with { Drained = new HashSet<string> { "h1" } }, ("a-2 h1 a-1", "it goes once another one serves all"));
        Told(Live, Nothing with { Drained = new HashSet<string> { "h2" } }, ("d-1 h2 ", "another one is made elsewhere first"));
        // A host that is Down already is neither supposed to fall nor left.
        var down = Live with { Hosts = [.. Live.Hosts.Take(2), Scene.DownHost("h3"), .. Live.Hosts.Skip(3)] };
        Told(down, Lose("h1", "h3"), ("a-2 h1 ", "none of its subtopic is left"));
        Assert.Contains("enableStore is false", StoreForecast.Of(Live, Scene.Config with { EnableStore = false }, idc, stores)[1].Because,
            StringComparison.Ordinal);

        foreach (var (autonomy, because) in new[]
        {
            (Autonomy.Auto, "HA makes another one"), (Autonomy.Approve, "autonomy is approve, so a ticket waits"),
            (Autonomy.Recommend, "by autonomy HA makes none"), (Autonomy.Observe, "by autonomy HA makes none"),
        })
        {
            Assert.Contains(because, StoreForecast.Of(Live, Scene.Config with { Autonomy = autonomy }, idc, stores)[1].Because,
                StringComparison.Ordinal);
        }

        void Told(Snapshot fleet, Supposition supposed, params (string Store, string Because)[] told)
        {
            var forecast = StoreForecast.Of(fleet, Scene.Config, supposed, stores);
            Assert.Equal(told.Select(t => t.Store), forecast.Select(s => $"{s.Store} {s.Host} {string.Join(' ', s.Left)}"));
            Assert.All(forecast, (s, at) => Assert.StartsWith(told[at].Because, s.Because, StringComparison.Ordinal));
        }

        static StorePlaced Store(string name, string subtopic, string host) => new()
        {
            Store = name, Subtopic = subtopic, Region = "north", Host = host, Revision = 1, Desired = DesiredState.Running,
            StartTimestamp = 0, At = Scene.Now,
        };
    }
}
