using Holdfast.StoreManager.Config;
using Holdfast.StoreManager.State;
using Microsoft.Extensions.Logging;

namespace Holdfast.StoreManager.Publishing;

/// <summary>
/// Asks for ha.config until it is heard: what was said before this process listened is lost, and nobody says it again for a
/// minute. Until then HA would be off, or as another life knew it.
/// </summary>
internal sealed class ConfigAsking(
    HaConfigHeard config, Partition partition, MessagePublisher publisher, TimeProvider time, ILogger<ConfigAsking> logger)
    : TickLoop(time, logger)
{
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Never = TimeSpan.FromDays(1);

    protected override TimeSpan Interval => config.IsHeard ? Never : AskEvery;

    protected override Task Tick(CancellationToken cancel) => config.IsHeard
        ? Task.CompletedTask
        : publisher.Signal(new HaConfigAsked { By = partition.Me, At = Time.GetUtcNow() }, cancel);
}
