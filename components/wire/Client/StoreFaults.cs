using Holdfast.Engine.Seams;
using Holdfast.StoreWire.Frames;

namespace Holdfast.StoreWire.Client;

/// <summary>A Store's fault as one of the source that it is for its reader.</summary>
public static class StoreFaults
{
    private const string GoesOn = "Nothing need be done: the reader looks for the Store again and goes on at its exact position.";

    /// <summary>Does something with a Store; all that a Store, or the way to it, can do wrong becomes a fault.</summary>
    /// <exception cref="SourceFaultException">It went wrong.</exception>
    public static async Task<T> Guard<T>(Func<Task<T>> what, CancellationToken cancel)
    {
        try
        {
            return await what();
        }
        catch (RefusedException refused)
        {
            throw new SourceFaultException(new SourceFault(refused.Refusal.Code, refused.Refusal.Message,
                "Another Store of the subtopic may have it; see docs/errors.md.", IsPassing: refused.Refusal.Code != "DP-303"));
        }
        catch (Exception error) when (error is IOException or TimeoutException or ProtocolException or DamagedException
            or HttpRequestException or JsonException or System.Security.Authentication.AuthenticationException
            || error is OperationCanceledException && !cancel.IsCancellationRequested)
        {
            throw new SourceFaultException(new SourceFault("DP-310", $"The Store cannot be read: {error.Message}", GoesOn,
                IsPassing: true));
        }
    }
}
