namespace Holdfast.Alerting.Channels;

/// <summary>Gives the rules what they look at of a channel.</summary>
internal static class ChannelRoutes
{
    internal static ChannelRoute Route(this ChannelDefinition channel) => new(channel) { RepeatWithin = channel.RepeatWithin };
}
