namespace Holdfast.FullVerification.Rules;

/// <summary>A row as one side holds it at one moment.</summary>
/// <param name="Count">Count of the row: 0 or 1 where a key tells rows apart; any number where only all values together do.</param>
/// <param name="Content">Of the whole row where a key found it; else 0, for the row itself is what was looked for.</param>
internal readonly record struct Sight(int Count, UInt128 Content)
{
    /// <summary>It is not there.</summary>
    internal static readonly Sight None;
}

/// <summary>The sights of a row that looked different once.</summary>
internal enum Standing
{
    /// <summary>The source changes it, or the stream has not brought the change yet.</summary>
    Open,

    /// <summary>Both sides agree.</summary>
    Equal,

    /// <summary>The sink had it as it is now, and should have had it otherwise, as often as it takes to be sure.</summary>
    Different,
}

/// <summary>
/// Tells a difference from a row that is on its way. A look is three readings: the source, then the sink once it has passed a mark that
/// was taken after that, then the source again.
/// </summary>
internal static class Suspicion
{
    /// <summary>
    /// This many looks in a row must find the same: a row that is changed and changed back between the two readings of the source looks
    /// like a difference once.
    /// </summary>
    internal const int ConfirmationsMin = 3;

    /// <param name="before">At the source, before the mark.</param>
    /// <param name="sink">At the sink, which has applied everything up to the mark.</param>
    /// <param name="after">At the source, afterwards.</param>
    /// <param name="confirmations">Looks in a row that found a difference.</param>
    internal static (Standing Standing, int Confirmations) Judge(Sight before, Sight sink, Sight after, int confirmations)
    {
        if (sink == before || sink == after)
        {
            return (Standing.Equal, 0);
        }

        return before != after ? (Standing.Open, 0)
            : confirmations + 1 >= ConfirmationsMin ? (Standing.Different, confirmations + 1)
            : (Standing.Open, confirmations + 1);
    }

    /// <summary>The kinds of difference.</summary>
    internal static (int Lost, int Doubled, int Differing) Count(Sight source, Sight sink) => (source.Count, sink.Count) switch
    {
        // A row that nobody has written at the source is no second one of any.
        (0, var surplus) => (0, 0, surplus),
        var (there, found) when found < there => (there - found, 0, 0),
        var (there, found) when found > there => (0, found - there, 0),
        _ => (0, 0, 1),
    };
}
