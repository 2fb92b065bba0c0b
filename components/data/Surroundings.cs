using System.Globalization;

namespace Holdfast.Data;

/// <summary>What the supervisor tells a component (docs/components.md).</summary>
internal sealed record Surroundings(
    string Component, string Task, long Epoch, string Folder, DateTimeOffset? From)
{
    /// <summary>Of this process.</summary>
    /// <exception cref="ConfigException">A variable is missing, or is not what it should be.</exception>
    internal static Surroundings Read(Func<string, string?> variable)
    {
        string Text(string name) => variable(name) is { Length: > 0 } text
            ? text
            : throw new ConfigException("DP-501", $"{name}: is missing; the supervisor sets it (docs/components.md).");
        long? Number(string name) => variable(name) is not { Length: > 0 } text ? null
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : throw new ConfigException("DP-501", $"{name}: '{text}' is not a whole number from 0 on.");
        return new Surroundings(Text("HOLDFAST_COMPONENT"), variable("HOLDFAST_TASK") ?? "",
            Number("HOLDFAST_EPOCH") ?? throw new ConfigException("DP-501", "HOLDFAST_EPOCH: is missing."), Text("HOLDFAST_DIR"),
            Number("HOLDFAST_START_TIMESTAMP") is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null);
    }
}
