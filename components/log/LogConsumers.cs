using Holdfast.Log.Contract;
using Holdfast.Log.Writing;

namespace Holdfast.Log;

/// <summary>
/// The consumers that read the log for good, and how far each has come: retention keeps what they need. The log remembers them over a
/// restart, with an older checkpoint at worst, until nothing was heard of them for <see cref="LogOptions.ForgetAfter"/>.
/// </summary>
public sealed class LogConsumers
{
    private readonly GroupCommit _commit;

    internal LogConsumers(GroupCommit commit) => _commit = commit;

    /// <summary>All of them.</summary>
    public IReadOnlyDictionary<string, Position> All =>
        _commit.Ask((_, shelf) => shelf.Consumers.ToDictionary(c => c.Key, c => c.Value, StringComparer.Ordinal));

    /// <summary>A task needs everything after its checkpoint.</summary>
    public void Set(string task, Position checkpoint) => _commit.Ask((_, shelf) =>
    {
        shelf.SetConsumer(task, checkpoint);
        return true;
    });
}
