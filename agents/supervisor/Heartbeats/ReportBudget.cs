using Holdfast.Supervisor.Setup;

namespace Holdfast.Supervisor.Heartbeats;

/// <summary>
/// Makes a component list fit into what the server takes (4 MiB, with the rest of the report and a log). A host whose report is
/// refused for its size would lose its lease for what its Stores say. The least important goes first: long errors, then consumers of
/// Stores, those furthest ahead first, since what a Store must keep hangs on the slowest. Pure.
/// </summary>
internal static class ReportBudget
{
    public const int BytesMax = 3 * 1024 * 1024;

    /// <summary>The length of an error, once errors have to be cut.</summary>
    public const int ErrorLength = 200;

    /// <param name="LeftOut">The parts that it lacks, in one sentence with a code; null: nothing.</param>
    internal sealed record Fitted(IReadOnlyList<ComponentReport> List, string? LeftOut);

    /// <param name="list">The whole list.</param>
    /// <param name="bytes">Its size.</param>
    /// <param name="bytesMax">The size that may be sent.</param>
    /// <param name="measure">Bytes of a list.</param>
    public static Fitted Fit(
        IReadOnlyList<ComponentReport> list, int bytes, int bytesMax, Func<IReadOnlyList<ComponentReport>, int> measure)
    {
        if (bytes <= bytesMax)
        {
            return new(list, null);
        }

        IReadOnlyList<ComponentReport> cut = [.. list.Select(CutError)];
        if (measure(cut) > bytesMax)
        {
            cut = CutConsumers(cut, bytesMax, measure);
        }

        if (measure(cut) > bytesMax)
        {
            cut = [.. cut.Select(c => c with { Error = null, Task = null })]; // who they are and how they are stays to the last
        }

        return new(cut, Say(list, cut, bytes, bytesMax));
    }

    private static ComponentReport CutError(ComponentReport said) =>
        said.Error is { Length: > ErrorLength } error ? said with { Error = ComponentRules.Sentence(error, ErrorLength) } : said;

    /// <summary>The same number of the slowest for each Store: the largest with which it fits.</summary>
    private static List<ComponentReport> CutConsumers(
        IReadOnlyList<ComponentReport> list, int bytesMax, Func<IReadOnlyList<ComponentReport>, int> measure)
    {
        var (fits, tooMany) = (0, ComponentRules.ConsumersMax);
        while (tooMany - fits > 1)
        {
            var middle = (fits + tooMany) / 2;
            (fits, tooMany) = measure(Slowest(list, middle)) <= bytesMax ? (middle, tooMany) : (fits, middle);
        }

        return Slowest(list, fits);
    }

    private static List<ComponentReport> Slowest(IReadOnlyList<ComponentReport> list, int each) =>
    [
        .. list.Select(said => said.Consumers is { } consumers && consumers.Count > each
            ? said with
            {
                Consumers = [.. consumers.OrderBy(c => c.Checkpoint).ThenBy(c => c.Task, StringComparer.Ordinal).Take(each)],
                ConsumersLeftOut = consumers.Count - each,
            }
            : said),
    ];

    private static string Say(IReadOnlyList<ComponentReport> list, IReadOnlyList<ComponentReport> cut, int bytes, int bytesMax)
    {
        var consumers = cut.Sum(c => (long)(c.ConsumersLeftOut ?? 0));
        var stores = cut.Count(c => c.ConsumersLeftOut > 0);
        var errors = list.Zip(cut).Count(pair => pair.First.Error != pair.Second.Error);
        List<string> parts = [];
        if (consumers > 0)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{consumers} consumers of {stores} Stores, those furthest ahead"));
        }

        if (errors > 0)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"the ends of {errors} errors"));
        }

        return string.Create(CultureInfo.InvariantCulture,
            $"{Codes.ReportCut} left out so that the report fits ({bytes} bytes, {bytesMax} are the most): {string.Join("; ", parts)}.");
    }
}
