namespace Holdfast.Heartbeat.Registry;

/// <summary>The identity of a host as the store has it, and when it was written, by the uptime of this process.</summary>
internal readonly record struct SavedIdentity(long Incarnation, string? Address, TimeSpan At)
{
    /// <summary>Whether the host is still the same one and the row is young enough.</summary>
    internal bool Covers(in Known known, TimeSpan now, TimeSpan ageMax) => Incarnation == known.Incarnation
        && string.Equals(Address, known.Address, StringComparison.Ordinal) && now - At < ageMax;
}
