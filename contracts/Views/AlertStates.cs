namespace Holdfast.Contracts.Views;

/// <summary>Progress of the sending of an alert or of one delivery (docs/reference/oms.md, Sending status).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SendingStatus>))]
public enum SendingStatus
{
    /// <summary>Waits for its sending.</summary>
    Pending,

    /// <summary>Could not be sent; a delivery says when it is tried next, or why it never will be.</summary>
    Failed,

    /// <summary>Sent with the first attempt.</summary>
    Successful,

    /// <summary>Sent after an attempt that failed.</summary>
    [JsonStringEnumMemberName("Sent again")]
    SentAgain,

    /// <summary>Alerts only: resolved, or not triggered again for three hours.</summary>
    Completed,
}

/// <summary>The way in which an alert became Completed.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Ending>))]
public enum Ending
{
    /// <summary>Not triggered again for three hours.</summary>
    Silence,

    /// <summary>The condition was verified to be over.</summary>
    Recovery,
}

/// <summary>Whether a channel takes alerts: the state of its circuit breaker.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Circuit>))]
public enum Circuit
{
    /// <summary>Deliveries go out.</summary>
    Closed,

    /// <summary>Nothing goes out until the next probe.</summary>
    Open,

    /// <summary>One delivery is out as a probe.</summary>
    HalfOpen,
}
