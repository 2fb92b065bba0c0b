namespace Holdfast.Tests;

/// <summary>Finds epochs of one task that wrote at the same time.</summary>
internal static class EpochOverlap
{
    /// <summary>
    /// Each epoch must have made its last attempt before the next one made its first; null, or who did not.
    /// </summary>
    internal static string? Find(IEnumerable<SinkLine> attempts)
    {
        var lives = attempts.GroupBy(a => a.Epoch).OrderBy(g => g.Key)
            .Select(g => (Epoch: g.Key, First: g.Min(a => a.BootNs), Last: g.Max(a => a.BootNs))).ToList();
        return lives.Zip(lives.Skip(1)).Where(p => p.First.Last >= p.Second.First)
            .Select(p => $"epoch {p.First.Epoch} wrote until {p.First.Last}, {p.Second.Epoch} from {p.Second.First} on")
            .FirstOrDefault();
    }

    /// <summary>No task of this data directory had two writers since then.</summary>
    internal static void None(string data, long since)
    {
        var sinks = SinkLog.Sinks(data).Select(s => SinkLog.Attempts(s).Where(a => a.BootNs >= since).ToList()).ToList();
        Assert.Contains(sinks, attempts => attempts.DistinctBy(a => a.Epoch).Count() > 1);
        Assert.All(sinks, attempts => Assert.Null(Find(attempts)));
    }
}

public class EpochOverlapTests
{
    private static readonly SinkLine[] OneAfterTheOther = [new(1, 1, "a", 1), new(5, 1, "a", 1), new(6, 2, "b", 2)];

    [Fact]
    public void Epochs_one_after_the_other_do_not_overlap() => Assert.Null(EpochOverlap.Find(OneAfterTheOther));

    [Fact]
    public void A_single_late_attempt_of_the_older_epoch_is_an_overlap() =>
        Assert.NotNull(EpochOverlap.Find([.. OneAfterTheOther, new(6, 1, "a", 1)]));
}
