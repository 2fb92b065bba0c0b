namespace Holdfast.Alerting.Channels;

/// <summary>Which channels an alert would reach, by the same functions that decide it in earnest. Sends and saves nothing.</summary>
internal sealed class Rehearsal(IDocuments<ChannelDefinition> channels, IDocuments<Silence> silences, TimeProvider time)
{
    internal async Task<RehearsalAnswer> Play(AlertRaised raised, CancellationToken cancel)
    {
        var now = AlertNormalizer.Micros(time.GetUtcNow());
        var firing = AlertNormalizer.Normalize(raised, now) with { Condition = AlertCondition.Firing };
        var alert = AlertTransition.Decide(null, firing, new AlertThresholds(), now).Alert;
        var quiet = await silences.Query(
            DocumentQuery<Silence>.All.Where(s => s.EndsAt, Match.Greater, now).Take(ChannelRules.ChannelsRead), cancel);
        var silence = Silencing.Of(alert, quiet.Items.Select(s => s.Document), now);
        var defined = await channels.Query(DocumentQuery<ChannelDefinition>.All.Take(ChannelRules.ChannelsRead), cancel);
        return new RehearsalAnswer([.. defined.Items.Select(c => Play(c.Document, alert, silence))], silence?.Id);
    }

    private static RehearsedChannel Play(ChannelDefinition channel, Alert alert, Silence? silence)
    {
        var route = Routing.Match(channel.Route(), alert);
        return route.Reaches && silence is not null
            ? new(channel.Name, false, $"silenced by {silence.Owner} until {silence.EndsAt:O}: {silence.Reason}", channel.Fallback)
            : new(channel.Name, route.Reaches, route.Why, channel.Fallback);
    }
}
