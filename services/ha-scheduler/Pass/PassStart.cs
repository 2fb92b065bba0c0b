using Holdfast.HaScheduler.Config;
using Holdfast.HaScheduler.Leaders;
using Holdfast.HaScheduler.State;

namespace Holdfast.HaScheduler.Pass;

/// <summary>
/// Reads what a pass has to know before it begins: all of it once, and again what other replicas have told when this one leads anew.
/// </summary>
internal sealed class PassStart(Cluster cluster, HaConfigStore config, Takeover takeover, PassPipeline pipeline)
{
    /// <summary>Reads all that is stored, once in a life.</summary>
    internal async Task Load(CancellationToken cancel)
    {
        if (!cluster.Loaded)
        {
            await config.Load(cancel);
            await pipeline.Load(cancel);
            await cluster.Load(cancel);
        }
    }

    /// <summary>Makes new regions ready.</summary>
    /// <param name="now">On the feed's clock.</param>
    /// <param name="cancel">Ends it.</param>
    internal async Task TakeOver(TimeSpan now, CancellationToken cancel)
    {
        if (await takeover.Prepare(now, cancel))
        {
            await pipeline.Load(cancel);
        }
    }
}
