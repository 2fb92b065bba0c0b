namespace Holdfast.StoreWire.Frames;

/// <summary>One frame that was read. Its payload is the reader's, until the next one is read.</summary>
public readonly record struct Frame(FrameType Type, ReadOnlyMemory<byte> Payload);
