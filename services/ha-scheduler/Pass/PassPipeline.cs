namespace Holdfast.HaScheduler.Pass;

/// <summary>The decisions of a pass, with the snapshot and the configuration that they were made from.</summary>
internal sealed record DecidedPass(Snapshot Snapshot, HaConfig Config, IReadOnlyList<Decision> Decisions);

/// <summary>A step before anything is decided.</summary>
internal delegate Task PreparingStep(CancellationToken cancel);

/// <summary>A step that carries decisions out, or tells of them.</summary>
internal delegate Task CarryingStep(DecidedPass pass, CancellationToken cancel);

/// <summary>
/// Runs the steps of a region's leader in a reconcile pass around its decisions, in their order. A crash between two of them leaves work
/// that the next pass finds and ends.
/// </summary>
/// <param name="load">At the start, and whenever other regions are led: what another replica has recorded and told is read.</param>
/// <param name="prepare">Prepares the state that decisions depend on.</param>
/// <param name="carryOut">After the decisions.</param>
internal sealed class PassPipeline(
    IReadOnlyList<PreparingStep> load, IReadOnlyList<PreparingStep> prepare, IReadOnlyList<CarryingStep> carryOut)
{
    internal Task Load(CancellationToken cancel) => Each(load, cancel);

    internal Task Prepare(CancellationToken cancel) => Each(prepare, cancel);

    internal async Task CarryOut(DecidedPass pass, CancellationToken cancel)
    {
        foreach (var step in carryOut)
        {
            await step(pass, cancel);
        }
    }

    private static async Task Each(IReadOnlyList<PreparingStep> steps, CancellationToken cancel)
    {
        foreach (var step in steps)
        {
            await step(cancel);
        }
    }
}
