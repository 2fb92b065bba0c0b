namespace Holdfast.Alerting.Channels;

/// <summary>
/// A way to tell people or systems. It only delivers and says whether to try again; retries are not its matter.
/// </summary>
internal interface IChannel : IAsyncDisposable
{
    Task<ChannelAnswer> Deliver(Notification notification, CancellationToken cancel);

    /// <summary>Its files have changed outside of its definition: it is to be opened anew. Looked at every second.</summary>
    bool IsOutdated() => false;
}

/// <param name="Key">The delivery's stable key.</param>
/// <param name="Alert">As it is known now.</param>
/// <param name="Condition">The condition that it says: firing or resolved.</param>
/// <param name="At">When it was decided to tell it.</param>
internal sealed record Notification(string Key, Alert Alert, AlertCondition Condition, DateTimeOffset At)
{
    /// <summary>The alerts that follow from it and are told with it.</summary>
    internal Children Children { get; init; } = Children.None;
}
