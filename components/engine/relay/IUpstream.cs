using Holdfast.StoreWire.Client;
using Holdfast.StoreWire.Frames;

namespace Holdfast.Engine.Relay;

/// <summary>The way to the Store that is relayed: a fixed one, or whichever of the subtopic has what is needed.</summary>
public interface IUpstream
{
    /// <summary>Asks it who it is and what it has.</summary>
    /// <exception cref="Seams.SourceFaultException">There is none, or it cannot be reached.</exception>
    Task<Welcome> Ask(CancellationToken cancel);

    /// <summary>Opens a stream of it.</summary>
    /// <param name="after">The last position that the reader has; null: that is not known yet.</param>
    /// <param name="asks">Makes the request, once it has said who it is.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="RefusedException">It refuses, with its code and its range.</exception>
    /// <exception cref="Seams.SourceFaultException">There is none, or it cannot be reached.</exception>
    Task<StoreStream> Open(Position? after, Func<Welcome, Open> asks, CancellationToken cancel);
}
