using Holdfast.Platform.State;
using Holdfast.Rules.HaScheduler.Findings;
using Holdfast.Rules.HaScheduler.Model;
using Holdfast.Rules.HaScheduler.Operations;

namespace Holdfast.HaScheduler;

/// <summary>A maintenance that was seen to hold, so that its end is noticed whoever ends it. Key: key.</summary>
internal sealed record SeenMaintenance(string Key, OpenMaintenance Seen);
