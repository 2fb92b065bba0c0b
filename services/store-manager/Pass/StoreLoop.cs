using Holdfast.Platform.Explain;
using Holdfast.StoreManager.State;
using Microsoft.Extensions.Logging;

namespace Holdfast.StoreManager.Pass;

/// <summary>Makes a reconcile pass each second, after the state was read once.</summary>
internal sealed class StoreLoop(
    StoreState state, StorePass pass, PassTrigger trigger, TimeProvider time, ILogger<StoreLoop> logger)
    : TickLoop(time, logger, trigger)
{
    internal PassProgress Progress => pass.Progress;

    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    protected override async Task Tick(CancellationToken cancel)
    {
        if (!state.Subtopics.Loaded)
        {
            await state.Load(cancel);
        }

        await pass.Run(cancel);
    }
}
