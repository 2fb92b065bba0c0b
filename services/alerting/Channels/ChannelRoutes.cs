namespace Holdfast.Alerting.Channels;

/// <summary>Gives the rules what they look at of a channel.</summary>
internal static class ChannelRoutes
{
    internal static ChannelRoute Route(this ChannelDefinition channel) => new()
    {
        Name = channel.Name,
        Enabled = channel.Enabled,
        Scopes = channel.Scopes,
        Events = channel.Events,
        Levels = channel.Levels,
        Regions = channel.Regions,
        TaskTags = channel.TaskTags,
        Fallback = channel.Fallback,
        CreatedAt = channel.CreatedAt,
        RepeatWithin = channel.RepeatWithin,
    };
}
