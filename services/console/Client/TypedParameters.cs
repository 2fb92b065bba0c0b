namespace Holdfast.ConsoleUi.Client;

/// <summary>
/// The fields of ha.config's page: what somebody has typed stays, the rest follows what holds. An answer may come after everything was
/// taken back, or was saved, and a service may be away between two.
/// </summary>
internal sealed class TypedParameters
{
    private readonly Dictionary<string, string> _typed = new(StringComparer.Ordinal);
    private JsonObject? _held;

    internal IReadOnlyDictionary<string, string> Values => _typed;

    internal string this[string key]
    {
        get => _typed.GetValueOrDefault(key, "");
        set => _typed[key] = value;
    }

    /// <param name="keys">Those that have a field.</param>
    internal void Follow(IEnumerable<string> keys, JsonObject holds)
    {
        foreach (var key in keys)
        {
            if (!_typed.TryGetValue(key, out var typed) || typed == Parameters.Shown(_held?[key]))
            {
                _typed[key] = Parameters.Shown(holds[key]);
            }
        }

        _held = holds;
    }

    /// <summary>Takes back what was typed; nothing is known until the next answer.</summary>
    internal void Forget()
    {
        _typed.Clear();
        _held = null;
    }
}
