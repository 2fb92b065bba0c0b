using System.Diagnostics.Metrics;
using Holdfast.Alerting.Measures;
using Holdfast.Alerting.State;
using Holdfast.Alerting.Watch;
using Holdfast.Platform;
using Microsoft.Extensions.Logging.Abstractions;

namespace Holdfast.Alerting.Tests;

/// <summary>The figures of alerts, deliveries and channels at /metrics.</summary>
public sealed class AlertFiguresTests : IAsyncDisposable
{
    private readonly World _world = new();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task What_fires_waits_and_was_given_up_is_told_as_the_store_has_it()
    {
        await _world.Channels.Insert(Some.Webhook(), World.Cancel);
        await _world.Alerts.Insert(Some.Alert(), World.Cancel);
        await _world.Deliveries.Insert(Some.Delivery() with { NextAttempt = Some.T0.AddHours(1) }, World.Cancel);
        await _world.Deliveries.Insert(Some.Delivery().GivenUp() with { Id = "given-up" }, World.Cancel);
        await _world.Health.Insert(
            new ChannelHealth { Channel = "ops", Circuit = Circuit.Open, OpenedAt = Some.T0, ProbeAt = Some.T0.AddSeconds(15) },
            World.Cancel);
        var measures = Made();
        Assert.Equal([], Of("holdfast.alerting.alerts.firing", measures));

        await measures.Once();
        Assert.Equal(["Critical no 1", "Critical yes 0"], Of("holdfast.alerting.alerts.firing", measures));
        Assert.Equal(["ops webhook 1"], Of("holdfast.alerting.deliveries.waiting", measures));
        Assert.Equal(["1"], Of("holdfast.alerting.deliveries.dead", measures));
        Assert.Equal(["ops closed 0", "ops half_open 0", "ops open 1"], Of("holdfast.alerting.channel.circuit", measures));
    }

    [Fact]
    public async Task A_delivery_is_overdue_from_the_moment_that_it_is_due()
    {
        await _world.Channels.Insert(Some.Webhook(), World.Cancel);
        await _world.Deliveries.Insert(Some.Delivery() with { NextAttempt = Some.T0.AddSeconds(5) }, World.Cancel);
        var measures = Made();
        _world.Time.Advance(TimeSpan.FromSeconds(5));
        await measures.Once();
        Assert.Equal(["ops webhook 0"], Of("holdfast.alerting.deliveries.overdue", measures));
        _world.Time.Advance(TimeSpan.FromSeconds(7));
        await measures.Once();
        Assert.Equal(["ops webhook 7"], Of("holdfast.alerting.deliveries.overdue", measures));
    }

    private AlertingMeasures Made() => new(
        _world.Alerts, _world.Deliveries, _world.Channels, _world.ChannelHealth,
        new ServiceWatch(_world.Store.Open(AlertingCollections.Services), _world.Intake, _world.NewReplica(),
            new Settings { Instance = "me" }, _world.Time, NullLogger<ServiceWatch>.Instance),
        _world.Time, NullLogger<AlertingMeasures>.Instance);

    /// <summary>The samples of one instrument, labels first.</summary>
    private static List<string> Of(string name, AlertingMeasures measures)
    {
        var samples = new List<string>();
        using var meter = new Meter("figures");
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (ReferenceEquals(instrument.Meter, meter) && instrument.Name == name)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => samples.Add(Line(tags, value)));
        listener.SetMeasurementEventCallback<int>((_, value, tags, _) => samples.Add(Line(tags, value)));
        listener.SetMeasurementEventCallback<double>((_, value, tags, _) => samples.Add(Line(tags, value)));
        listener.Start();
        measures.Register(meter);
        listener.RecordObservableInstruments();
        samples.Sort(StringComparer.Ordinal);
        return samples;
    }

    private static string Line(ReadOnlySpan<KeyValuePair<string, object?>> tags, double value) =>
        string.Join(' ', [.. tags.ToArray().Select(t => t.Value), value]);
}
