using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Reflection;

namespace Holdfast.Platform.Tests.State;

public sealed class MeasuredDocumentsTests
{
    private readonly ManualTime _time = new();

    /// <summary>Otherwise a store's own way of doing many at once would be passed over for the plain one.</summary>
    [Fact]
    public void Each_operation_is_passed_on_by_a_method_of_its_own()
    {
        var map = typeof(MeasuredDocuments<Specimen>).GetInterfaceMap(typeof(IDocuments<Specimen>));
        Assert.All(map.TargetMethods, method => Assert.Equal(typeof(MeasuredDocuments<Specimen>), method.DeclaringType));
    }

    [Fact]
    public async Task An_operation_is_measured_by_its_name_and_by_what_came_of_it()
    {
        var samples = new ConcurrentQueue<string>();
        using var listener = Listening(samples);
        var (slow, gone) = (Documents.Of(_time, null), Documents.Of(_time, new StateUnavailableException("gone")));
        await Measured(slow, _time).Find("a", CancellationToken.None);
        await Assert.ThrowsAsync<StateUnavailableException>(
            () => Measured(gone, _time).UpsertMany([], CancellationToken.None));
        Assert.Contains("Find ok 3", samples);
        Assert.Contains("UpsertMany unavailable 3", samples);
    }

    private static MeasuredDocuments<Specimen> Measured(IDocuments<Specimen> documents, ManualTime time)
    {
        var work = new StoreWork(time);
        var (reads, writes) = (work.Line("specimens", writes: false), work.Line("specimens", writes: true));
        return new MeasuredDocuments<Specimen>(documents, reads, writes, time);
    }

    private static MeterListener Listening(ConcurrentQueue<string> samples)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "holdfast.store.operation.duration")
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>(
            (_, value, tags, _) => samples.Enqueue(string.Join(' ', [.. tags.ToArray().Select(t => t.Value), value])));
        listener.Start();
        return listener;
    }

    /// <summary>Takes three seconds for each operation.</summary>
#pragma warning disable CA1852 // the proxy derives from it
    internal class Documents : DispatchProxy
#pragma warning restore CA1852
    {
        private ManualTime _time = null!;
        private Exception? _error;

        internal static IDocuments<Specimen> Of(ManualTime time, Exception? error)
        {
            var made = Create<IDocuments<Specimen>, Documents>();
            ((Documents)(object)made)._time = time;
            ((Documents)(object)made)._error = error;
            return made;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            _time.Advance(TimeSpan.FromSeconds(3));
            return targetMethod!.Name == nameof(IDocuments<>.UpsertMany)
                ? _error is null ? Task.CompletedTask : Task.FromException(_error)
                : Task.FromResult<Versioned<Specimen>?>(null);
        }
    }
}
