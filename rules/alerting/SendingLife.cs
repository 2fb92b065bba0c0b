namespace Holdfast.Rules.Alerting;

/// <summary>
/// Which sending status may follow which (docs/alerts.md, One condition, one alert). Every write of an alert or a delivery goes by it,
/// compare-and-set, so that no replica can bring one back from where it has gone.
/// </summary>
internal static class SendingLife
{
    /// <summary>A Completed alert only comes back by a new generation, which begins with Pending.</summary>
    private static readonly Dictionary<SendingStatus, SendingStatus[]> OfAlert = new()
    {
        [SendingStatus.Pending] = [SendingStatus.Failed, SendingStatus.Successful, SendingStatus.SentAgain, SendingStatus.Completed],
        [SendingStatus.Failed] = [SendingStatus.Pending, SendingStatus.Successful, SendingStatus.SentAgain, SendingStatus.Completed],
        [SendingStatus.Successful] = [SendingStatus.Pending, SendingStatus.Failed, SendingStatus.SentAgain, SendingStatus.Completed],
        [SendingStatus.SentAgain] = [SendingStatus.Pending, SendingStatus.Failed, SendingStatus.Successful, SendingStatus.Completed],
        [SendingStatus.Completed] = [SendingStatus.Pending],
    };

    /// <summary>A delivery that is sent stays sent, and none is ever Completed.</summary>
    private static readonly Dictionary<SendingStatus, SendingStatus[]> OfDelivery = new()
    {
        [SendingStatus.Pending] = [SendingStatus.Failed, SendingStatus.Successful],
        [SendingStatus.Failed] = [SendingStatus.SentAgain],
        [SendingStatus.Successful] = [],
        [SendingStatus.SentAgain] = [],
        [SendingStatus.Completed] = [],
    };

    internal static bool AllowsAlert(SendingStatus from, SendingStatus to) => from == to || OfAlert[from].Contains(to);

    internal static bool AllowsDelivery(SendingStatus from, SendingStatus to) => from == to || OfDelivery[from].Contains(to);

    /// <summary>The later state, or a defect: no caller may ask for what the table does not allow.</summary>
    internal static Alert Next(Alert before, Alert after) => AllowsAlert(before.Status, after.Status)
        ? after
        : throw new InvalidOperationException($"Alert {before.Id} cannot become {after.Status}: it is {before.Status}");

    /// <inheritdoc cref="Next(Alert, Alert)"/>
    internal static Delivery Next(Delivery before, Delivery after) =>
        AllowsDelivery(before.Status, after.Status) && (!before.IsDelivered || after == before)
            ? after
            : throw new InvalidOperationException($"Delivery {before.Id} cannot become {after.Status}: it is {before.Status}");
}
