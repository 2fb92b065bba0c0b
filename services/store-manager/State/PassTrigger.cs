namespace Holdfast.StoreManager.State;

/// <summary>Asks for a pass at once, for those who have changed what a pass decides from.</summary>
internal sealed class PassTrigger : LoopTrigger;
