namespace Holdfast.StoreWire.Frames;

/// <summary>The other side does not speak the protocol: the connection ends, nothing that it sent is believed.</summary>
public sealed class ProtocolException(string message) : Exception(message);
