namespace Holdfast.StoreWire.Frames;

/// <summary>A refusal on its way.</summary>
public sealed class RefusedException(RefusedFrame refusal) : Exception($"{refusal.Code} {refusal.Message}")
{
    /// <summary>The refusal that it carries.</summary>
    public RefusedFrame Refusal { get; } = refusal;
}
