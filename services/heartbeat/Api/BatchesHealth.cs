using Holdfast.Heartbeat.Leases;
using Holdfast.Platform.Http;

namespace Holdfast.Heartbeat.Api;

/// <summary>Part of /health/ready: whether the schedulers hear this collector's batches, by their own word.</summary>
internal sealed class BatchesHealth(CollectorHealth health) : IHealthPart
{
    private const string Part = "batches";

    public HealthPart Say()
    {
        var now = health.Now;
        return !health.IsLoaded || health.IsLeaving || health.UnheardFor(now) <= CollectorHealth.UnheardMax
            ? new HealthPart(Part, true, null)
            : new HealthPart(Part, false,
                $"HB-351 no scheduler has heard a batch of this collector for {health.UnheardFor(now).TotalSeconds:0} s: "
                + (health.Decide(now) == Grants.Grant
                    ? "none hears another collector either, so hosts keep their leases and nobody is judged"
                    : "hosts are to report to another collector"));
    }
}
