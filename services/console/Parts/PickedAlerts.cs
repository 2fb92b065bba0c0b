using Holdfast.ConsoleUi.Client;

namespace Holdfast.ConsoleUi.Parts;

/// <summary>Alerts and whole groups that a person has ticked in a list.</summary>
/// <param name="changed">Called with each tick.</param>
public sealed class PickedAlerts(Action changed)
{
    private readonly Dictionary<string, AlertView> _alerts = new(StringComparer.Ordinal);
    private readonly HashSet<string> _groups = new(StringComparer.Ordinal);

    internal IReadOnlyCollection<AlertView> Alerts => _alerts.Values;

    /// <summary>By their keys.</summary>
    internal IReadOnlyCollection<string> Groups => _groups;

    internal bool IsEmpty => _alerts.Count == 0 && _groups.Count == 0;

    internal bool Has(AlertView alert) => _alerts.ContainsKey(alert.Id);

    internal bool HasGroup(string key) => _groups.Contains(key);

    internal void Tick(AlertView alert, bool isTicked)
    {
        if (isTicked)
        {
            _alerts[alert.Id] = alert;
        }
        else
        {
            _alerts.Remove(alert.Id);
        }

        changed();
    }

    internal void TickGroup(string key, bool isTicked)
    {
        _ = isTicked ? _groups.Add(key) : _groups.Remove(key);
        changed();
    }

    internal void Clear()
    {
        _alerts.Clear();
        _groups.Clear();
    }
}
