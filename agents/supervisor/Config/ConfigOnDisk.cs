using Holdfast.Supervisor.Setup;

namespace Holdfast.Supervisor.Config;

/// <summary>The configuration of one start, on its way to the component's directory; a disk thread settles it.</summary>
/// <param name="digest">Null: the component has none, and what stands under the name is its own.</param>
/// <param name="fetched">Null: it may be there already, from a start before.</param>
internal sealed class ConfigOnDisk(string? digest, byte[]? fetched)
{
    private volatile bool _isSettled;
    private volatile bool _isMissing;

    /// <summary>It was looked at in the directory as it is now.</summary>
    public bool IsSettled => _isSettled;

    /// <summary>Settled, and it has to be fetched.</summary>
    public bool IsMissing => _isMissing;

    /// <summary>Settles it in a directory that is prepared.</summary>
    /// <param name="folder">The component's.</param>
    /// <param name="user">The user that reads it besides the supervisor; null: none.</param>
    public void Settle(ComponentFolder folder, ComponentUser? user = null)
    {
        if (fetched is not null)
        {
            folder.WriteConfig(fetched, user);
        }
        else if (digest is not null)
        {
            _isMissing = !folder.HoldsConfig(digest, user);
        }

        _isSettled = true;
    }
}
