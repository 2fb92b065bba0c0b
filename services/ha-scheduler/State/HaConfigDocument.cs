using Microsoft.Extensions.Logging;

namespace Holdfast.HaScheduler.State;

/// <summary>
/// ha.config as it holds, with all that its history needs to know of the change that made it so. It is one document, so that a change and
/// its audit cannot be parted. Key: id; there is one.
/// </summary>
internal sealed record HaConfigDocument
{
    internal const string CurrentId = "current";

    public required string Id { get; init; }
    public required HaConfig Config { get; init; }
    public required int Version { get; init; }
    public required string By { get; init; }
    public required DateTimeOffset At { get; init; }
    public string? Reason { get; init; }
    public required HaConfig Before { get; init; }
}
