namespace Holdfast.HaScheduler.Leaders;

/// <summary>The moments from which reports are news to the verdicts on their hosts, on the feed's clock.</summary>
internal sealed class VerdictTimes(Takeover takeover)
{
    private readonly Dictionary<string, TimeSpan> _made = new(StringComparer.Ordinal);

    /// <summary>This process has made the present verdict on the host.</summary>
    internal void Made(string host, TimeSpan at) => _made[host] = at;

    /// <summary>For a verdict that does not name the last report that its judge heard.</summary>
    internal TimeSpan NewsFrom(HostVerdict verdict)
    {
        // Zero: another replica or life made it, or nobody.
        var made = _made.GetValueOrDefault(verdict.Host);
        return verdict.State == HostState.Down && takeover.LedFrom(verdict.Region) is var led && led > made ? led : made;
    }
}
