using Holdfast.Rules.HaScheduler.Findings;

namespace Holdfast.HaScheduler.State;

/// <summary>A maintenance that was seen to hold, so that its end is noticed whoever ends it. Key: key.</summary>
internal sealed record SeenMaintenance(string Key, OpenMaintenance Seen);
