using Holdfast.Rules.Apply.Tables;

namespace Holdfast.Rules.Apply.Groups;

/// <summary>
/// The net effect of a group on the row of one key. Each step answers false when the changes contradict each other; then they are written
/// one by one, as they came.
/// </summary>
internal sealed class NetRow
{
    /// <summary>A row that the first step found here went on to another key only after the one that is here now had come.</summary>
    private Row _other;
    private bool _isDouble;

    /// <summary>The sink has a row with this key before the group.</summary>
    internal bool WasThere { get; private set; }

    /// <summary>The row as far as the source says it; none: the sink had none, or only its key is known.</summary>
    internal Row Before { get; private set; }

    /// <summary>An image by which the sink finds it.</summary>
    internal Row Found => Before.IsNone ? Key : Before;

    /// <summary>It is to have one.</summary>
    internal bool IsThere { get; private set; }

    /// <summary>It had one, and has one: it changes.</summary>
    internal bool Stays => WasThere && IsThere;

    /// <summary>That row.</summary>
    internal Row After { get; private set; }

    /// <summary>The row that is to be there is another one than was: no column of the old one stays.</summary>
    internal bool IsReplaced { get; private set; }

    /// <summary>The last source transaction that touched it.</summary>
    internal Position Source { get; set; }

    /// <summary>An image that says the key as it is, not folded.</summary>
    internal Row Key { get; private init; }

    /// <summary>Its story makes sense to the end.</summary>
    internal bool IsTold => !_isDouble;

    internal static NetRow Arrived(Row image, Position source) =>
        new() { IsThere = true, After = image, Key = image, Source = source };

    internal static NetRow Left(Row image, Position source) => new() { WasThere = true, Before = image, Key = image, Source = source };

    internal static NetRow Changed(Row before, Row after, Position source) => new()
    {
        WasThere = true,
        Before = before,
        IsThere = true,
        After = after,
        Key = before.IsNone ? after : before,
        Source = source,
    };

    /// <summary>A row comes to this key, from nowhere or from another key.</summary>
    internal bool Arrive(Row image)
    {
        if (_isDouble)
        {
            return false;
        }

        // A swap: whoever was here goes on later.
        (_isDouble, _other) = IsThere ? (true, After) : (false, default);
        IsReplaced |= WasThere;
        (IsThere, After) = (true, image);
        return true;
    }

    /// <summary>The row of this key goes, for good or to another key.</summary>
    internal bool Leave(Row image)
    {
        if (_isDouble)
        {
            if (!Images.Agree(image, _other))
            {
                if (!Images.Agree(image, After))
                {
                    return false;
                }

                After = _other;
            }

            (_isDouble, _other) = (false, default);
            return true;
        }

        if (IsThere && Images.Agree(image, After))
        {
            (IsThere, After) = (false, default);
            return true;
        }

        return FindsOneMore(image);
    }

    /// <summary>The row of this key changes and stays.</summary>
    internal bool Change(Row before, Row after)
    {
        if (!IsThere)
        {
            if (!FindsOneMore(before))
            {
                return false;
            }

            (IsThere, After) = (true, Images.Over(after, before));
            return true;
        }

        if (Images.Agree(before, After))
        {
            After = Images.Over(after, After);
            return true;
        }

        if (_isDouble && Images.Agree(before, _other))
        {
            _other = Images.Over(after, _other);
            return true;
        }

        if (!_isDouble && FindsOneMore(before))
        {
            (_isDouble, _other) = (true, Images.Over(after, before));
            return true;
        }

        return false;
    }

    /// <summary>The image as this key's row is known to be now, for what the source does not say.</summary>
    internal Row Known(Row before) => IsThere && !_isDouble && Images.Agree(before, After) ? After : before;

    /// <summary>A row came to a key that seemed free, and perhaps went; there was one before, which is told of only now.</summary>
    private bool FindsOneMore(Row image)
    {
        if (WasThere || image.IsNone)
        {
            return false;
        }

        (WasThere, Before, IsReplaced) = (true, image, true);
        return true;
    }
}
