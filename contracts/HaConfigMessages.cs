namespace Holdfast.Contracts;

/// <summary>
/// ha.config as it holds from now on; said at start, on every change, every minute and when somebody asks. Key: version, the
/// higher holds.
/// </summary>
public sealed record HaConfigChanged
{
    /// <summary>0: the profile's values, which nobody has changed yet.</summary>
    public required int Version { get; init; }

    public required HaConfig Config { get; init; }
    public required DateTimeOffset At { get; init; }
}

/// <summary>A service that has just started does not know ha.config, and says so each second until it is heard.</summary>
public sealed record HaConfigAsked
{
    /// <summary>One life of a replica.</summary>
    public required string By { get; init; }

    public required DateTimeOffset At { get; init; }
}
