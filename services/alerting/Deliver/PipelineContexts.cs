using Holdfast.Alerting.Channels;
using Holdfast.Alerting.Config;

namespace Holdfast.Alerting.Deliver;

/// <summary>Reads what alerts are planned by: channels, silences that have not ended, thresholds.</summary>
internal sealed class PipelineContexts(
    IDocuments<ChannelDefinition> channels, IDocuments<Silence> silences, Thresholds thresholds, TimeProvider time)
{
    private static readonly TimeSpan RecentMax = TimeSpan.FromSeconds(1);

    private volatile Known? _recent;

    private sealed record Known(PipelineContext Context, long At);

    internal async Task<PipelineContext> Read(CancellationToken cancel)
    {
        var now = AlertNormalizer.Micros(time.GetUtcNow());
        var defined = channels.Query(DocumentQuery<ChannelDefinition>.All.Take(ChannelRules.ChannelsRead), cancel);
        var quiet = silences.Query(
            DocumentQuery<Silence>.All.Where(s => s.EndsAt, Match.Greater, now).Take(ChannelRules.ChannelsRead), cancel);
        return new PipelineContext(
            [.. (await defined).Items.Select(c => c.Document.Route())], [.. (await quiet).Items.Select(s => s.Document)],
            await thresholds.Current(cancel));
    }

    /// <summary>As they were a moment ago.</summary>
    internal async Task<PipelineContext> Recent(CancellationToken cancel)
    {
        var recent = _recent;
        if (recent is null || time.GetElapsedTime(recent.At) > RecentMax)
        {
            _recent = recent = new Known(await Read(cancel), time.GetTimestamp());
        }

        return recent.Context;
    }
}
