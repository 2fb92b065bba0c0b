namespace Holdfast.Store;

/// <summary>
/// Notices that a source's clock is ahead of the Store's: nothing can be committed in the future. Rows move by positions, so none is lost
/// or held back, but delays look smaller than they are, and a start by time leads to another place. A clock that is
/// behind looks like a lag.
/// </summary>
internal sealed class SourceClock
{
    /// <summary>Two clocks that are kept by NTP never differ by more.</summary>
    internal static readonly TimeSpan AheadMax = TimeSpan.FromSeconds(5);

    private bool _isAhead;

    /// <summary>Looks at the age of a transaction when it was read; a sentence when that changes the matter, else null.</summary>
    /// <param name="age">Negative: it was committed in the future.</param>
    internal string? Look(TimeSpan age)
    {
        if (age < -AheadMax == _isAhead)
        {
            return null;
        }

        _isAhead = !_isAhead;
        return _isAhead
            ? FormattableString.Invariant($"DP-345 The source's clock is {-age.TotalSeconds:0} s ahead of this host's: ")
                + "no row is lost by that, but "
                + "delays look smaller than they are and starts by time are off. Keep both clocks by NTP."
            : "The source's clock is not ahead any more.";
    }
}
