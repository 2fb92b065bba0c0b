namespace Holdfast.Platform.State;

/// <summary>A <see cref="InformerCache{T}"/> whatever it holds: what another process wrote is read into it.</summary>
public interface IInformerCache
{
    /// <summary>Raised with the id of each document that was written through this cache, after it was.</summary>
    event Action<string>? Written;

    /// <summary>Reads these documents again; what is gone, or is not held any more, is forgotten.</summary>
    Task Refresh(IReadOnlyCollection<string> ids, CancellationToken cancel);

    /// <summary>Reads everything again. What this cache wrote meanwhile stays.</summary>
    Task Load(CancellationToken cancel);

    /// <summary>Reads what was written without an answer, and sees to it that nothing of that takes effect later on.</summary>
    Task Settle(CancellationToken cancel);
}
