using Holdfast.Alerting.Deliver;
using Holdfast.Alerting.Ingest;
using Holdfast.Platform.Bus;

namespace Holdfast.Alerting.Watch;

/// <summary>
/// Alerts about alerting's own messages are taken without the bus. What cannot be stored either is left to the dead-man's
/// switch: it is not asked for a while, so whoever runs it notifies people.
/// </summary>
internal sealed class OwnAlerts(AlertIntake intake, DeliveryLoop loop, TimeProvider time) : IOwnAlerts
{
    /// <summary>Longer than a dead-man's switch waits.</summary>
    internal static readonly TimeSpan UntoldFor = TimeSpan.FromMinutes(10);

    /// <summary>A time stamp; null: nothing was lost.</summary>
    private volatile object? _untold;

    /// <summary>An alert was lost of late that could be delivered in no other way.</summary>
    internal bool IsUntold => _untold is long at && time.GetElapsedTime(at) < UntoldFor;

    public async Task Raise(AlertRaised alert, CancellationToken cancel)
    {
        try
        {
            cancel.ThrowIfCancellationRequested(); // it may be taken all the same, or not
            await intake.Accept(alert, null, cancel);
        }
        catch
        {
            _untold = time.GetTimestamp();
            throw;
        }

        loop.Hurry();
    }
}
