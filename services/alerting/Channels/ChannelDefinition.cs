using System.Text.Json.Serialization;

namespace Holdfast.Alerting.Channels;

/// <summary>A channel as people define it. In JSON its settings are the member that has its kind's name.</summary>
[JsonConverter(typeof(ChannelJson))]
internal sealed record ChannelDefinition : ChannelRouting
{
    public ChannelDefinition()
    {
    }

    internal ChannelDefinition(ChannelRouting routing)
        : base(routing)
    {
    }

    /// <summary>Of its kind; null: none were given.</summary>
    public ChannelSettings? Settings { get; init; }

    /// <summary>Kinds whose settings were given besides: the rules refuse them.</summary>
    internal IReadOnlyList<string> Astray { get; init; } = [];

    /// <summary>The longest that one attempt may take.</summary>
    internal TimeSpan Timeout => TimeSpan.FromSeconds(Settings?.TimeoutSeconds ?? ChannelSettings.TimeoutDefault);

    /// <summary>0: no limit.</summary>
    internal int PerMinute => MessagesPerMinute ?? Settings?.PerMinute ?? 0;

    /// <summary>The receiver forgets what it is not told again; null: it does not.</summary>
    internal TimeSpan? RepeatWithin => Settings?.RepeatWithin;
}
