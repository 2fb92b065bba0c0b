using Holdfast.Engine.Values;
using Holdfast.FullVerification.Rules;

namespace Holdfast.FullVerification;

/// <summary>A row that looked different.</summary>
internal sealed class Suspect
{
    /// <summary>Its key; of a table without a key all its values, once somebody has seen it.</summary>
    internal Row Name { get; set; }

    internal Sight Before { get; set; }

    internal Sight Sink { get; set; }

    internal Sight After { get; set; }

    internal int Confirmations { get; set; }
}

/// <summary>Rows of one table that look different, by the number of their key or of their values.</summary>
internal sealed class Suspects(int most)
{
    private readonly Dictionary<UInt128, Suspect> _open = [];

    internal IReadOnlyDictionary<UInt128, Suspect> Open => _open;

    /// <summary>Count of further rows that look different.</summary>
    internal long LeftOut { get; private set; }

    internal List<Suspect> Different { get; } = [];

    internal void Add(UInt128 hash, Row name)
    {
        if (_open.Count < most || _open.ContainsKey(hash))
        {
            _open[hash] = new Suspect { Name = name };
        }
        else
        {
            LeftOut++;
        }
    }

    /// <summary>Judges each one by the look that has just ended.</summary>
    internal void Judge()
    {
        foreach (var (hash, suspect) in _open.ToList())
        {
            var (standing, confirmations) = Suspicion.Judge(suspect.Before, suspect.Sink, suspect.After, suspect.Confirmations);
            suspect.Confirmations = confirmations;
            if (standing != Standing.Open)
            {
                _open.Remove(hash);
            }

            if (standing == Standing.Different)
            {
                Different.Add(suspect);
            }
        }
    }
}
