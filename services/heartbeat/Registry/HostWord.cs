namespace Holdfast.Heartbeat.Registry;

/// <summary>The last word of a host, as far as removals go: the version of the list that it holds, and all that it has.</summary>
internal sealed record HostWord(long DesiredVersion, IReadOnlySet<string> Components);
