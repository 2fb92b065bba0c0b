using System.Net;
using Holdfast.Log.Contract;
using Holdfast.StoreWire.Server;

namespace Holdfast.Store;

/// <summary>Figures of a Store at this moment.</summary>
/// <param name="Fault">The fault, and whether it may pass by itself; null: none.</param>
/// <param name="Endpoint">Address at which it serves; null: not yet.</param>
/// <param name="Range">The range of its log; null: it has no log yet.</param>
/// <param name="Consumers">The consumers that are connected, and what they have applied.</param>
/// <param name="SourceLag">Age of the newest transaction when it was read; null: none was read yet.</param>
public sealed record StoreFigures(
    StoreFault? Fault, IPEndPoint? Endpoint, LogRange? Range, IReadOnlyList<ConnectedConsumer> Consumers, TimeSpan? SourceLag)
{
    /// <summary>The highest barrier on the disk, of those that were read since it started; null: there was none.</summary>
    public ulong? Barrier { get; init; }

    /// <summary>The term in which its log is; null: it has no log yet.</summary>
    public ulong? Term { get; init; }

    /// <summary>The source that its positions are of; null: it has not asked it yet.</summary>
    public string? SystemId { get; init; }
}

/// <summary>The reason why a Store does not collect.</summary>
/// <param name="Code">Stable, in docs/errors.md.</param>
/// <param name="Message">One sentence about the event.</param>
/// <param name="Workaround">The help that a person can give.</param>
/// <param name="IsPassing">The Store goes on trying; else it ends.</param>
public sealed record StoreFault(string Code, string Message, string Workaround, bool IsPassing)
{
    /// <summary>One sentence, as people see it.</summary>
    public override string ToString() => $"{Code} {Message} {Workaround}";

    internal static StoreFault Of(SourceFault fault) => new(fault.Code, fault.Message, fault.Workaround, fault.IsPassing);

    internal static StoreFault Of(LogFault fault) => new(fault.Code, fault.Message, fault.Workaround, fault.IsPassing);
}

/// <summary>Carries a <see cref="StoreFault"/> to where the Store ends.</summary>
internal sealed class StoreFaultException(StoreFault fault) : Exception(fault.ToString())
{
    internal StoreFault Fault { get; } = fault;
}
