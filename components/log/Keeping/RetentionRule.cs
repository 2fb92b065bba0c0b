namespace Holdfast.Log.Keeping;

/// <summary>
/// Decides which closed segments go: whole ones, the oldest first, so what stays has no hole. Age counts from when a segment was closed, by
/// our own clock. So nothing goes too early when the source's clock is wrong, or when a Store collects old changes.
/// </summary>
internal static class RetentionRule
{
    /// <summary>The limits of a log.</summary>
    /// <param name="KeepFor">Older segments go.</param>
    /// <param name="KeepBytes">Beyond this the oldest go; null: no such limit.</param>
    /// <param name="HardBytes">Beyond this the oldest go even when somebody needs them; null: no such limit.</param>
    internal sealed record Limits(TimeSpan KeepFor, long? KeepBytes, long? HardBytes);

    /// <summary>A segment that goes, and the tasks that would have needed it.</summary>
    internal sealed record Removal(Segment Segment, IReadOnlyList<KeyValuePair<string, Position>> Victims);

    /// <param name="closed">Oldest first.</param>
    /// <param name="bytes">Bytes that the whole log takes, or is about to take.</param>
    /// <param name="consumers">The position that each known consumer has.</param>
    /// <param name="limits">The limits.</param>
    /// <param name="now">Our clock.</param>
    internal static IReadOnlyList<Removal> Decide(
        IReadOnlyList<Segment> closed, long bytes, IReadOnlyDictionary<string, Position> consumers, Limits limits, DateTimeOffset now)
    {
        var removals = new List<Removal>();
        foreach (var segment in closed)
        {
            var needed = consumers.Where(c => c.Value < segment.Last).OrderBy(c => c.Key, StringComparer.Ordinal).ToList();
            var isOld = now - segment.Closed > limits.KeepFor || bytes > limits.KeepBytes;
            if (bytes > limits.HardBytes || isOld && needed.Count == 0)
            {
                removals.Add(new Removal(segment, needed));
                bytes -= segment.Bytes;
            }
            else
            {
                break;
            }
        }

        return removals;
    }
}
