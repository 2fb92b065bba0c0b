using Holdfast.Store;

namespace Holdfast.Data.Config;

/// <summary>The variables by which the supervisor starts a component (docs/components.md).</summary>
internal sealed record Surroundings(
    string Component, string Task, long Epoch, string Folder, DateTimeOffset? From)
{
    private const long SecondsMax = 4_102_444_800;

    /// <summary>The exact position that somebody needs next, of a Store; null: only the time is known.</summary>
    public NeededPosition? Needed { get; init; }

    /// <summary>Reads the variables of this process.</summary>
    /// <exception cref="ConfigException">A variable is missing, or is not what it should be.</exception>
    internal static Surroundings Read(Func<string, string?> variable)
    {
        string Text(string name) => variable(name) is { Length: > 0 } text
            ? text
            : throw new ConfigException("DP-501", $"{name}: is missing; the supervisor sets it (docs/components.md).");
        long? Number(string name) => variable(name) is not { Length: > 0 } text ? null
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : throw new ConfigException("DP-501", $"{name}: '{text}' is not a whole number from 0 on.");
        DateTimeOffset? Moment(string name) => Number(name) is not { } seconds ? null
            : seconds <= SecondsMax ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : throw new ConfigException("DP-501", $"{name}: {seconds} is beyond {SecondsMax}, the year 2100: it is in seconds.");
        return new Surroundings(Text("HOLDFAST_COMPONENT"), variable("HOLDFAST_TASK") ?? "",
            Number("HOLDFAST_EPOCH") ?? throw new ConfigException("DP-501", "HOLDFAST_EPOCH: is missing."), Text("HOLDFAST_DIR"),
            Moment("HOLDFAST_START_TIMESTAMP"))
        {
            Needed = Place(variable("HOLDFAST_START_POSITION")),
        };
    }

    private static NeededPosition? Place(string? text)
    {
        if (text is not { Length: > 0 })
        {
            return null;
        }

        var at = text.IndexOf('@', StringComparison.Ordinal);
        return at > 0 && at < text.Length - 1 && Position.TryParse(text.AsSpan(0, at), out var position)
            ? new NeededPosition(position, text[(at + 1)..])
            : throw new ConfigException("DP-501", $"HOLDFAST_START_POSITION: '{text}' is not position@systemId.");
    }
}
