using Holdfast.Platform.Telemetry;

namespace Holdfast.StoreManager.Api;

/// <summary>The Stores of this replica's subtopics in figures: one walk. Pure.</summary>
internal sealed class StoreFigures
{
    internal Tally<string> Subtopics { get; } = Tally.By("region");

    internal Tally<string> Uncovered { get; } = Tally.By("region");

    internal Tally<(string Region, StoreHealth Health)> Stores { get; } =
        new(k => [new("region", k.Region), new("standing", k.Health.ToString())]);

    internal Spread Range { get; } = new();

    internal Spread Lag { get; } = new();

    internal Spread RetentionLeft { get; } = new();

    internal static StoreFigures Of(IReadOnlyCollection<SubtopicView> views, DateTimeOffset now)
    {
        var figures = new StoreFigures();
        foreach (var view in views)
        {
            figures.Take(view, now);
        }

        return figures;
    }

    private void Take(SubtopicView view, DateTimeOffset now)
    {
        var region = view.Document.Region;
        Subtopics.Add(region);
        if (view.Document.Tasks.Count > 0 && Coverage.GapOf(view, null, now) is { } gap && !Coverage.IsOnPurpose(view, gap))
        {
            Uncovered.Add(region);
        }

        foreach (var store in view.Stores)
        {
            Stores.Add((region, store.Health));
            if (store is { Health: StoreHealth.Running, End: { } end })
            {
                Range.Add(region, Math.Max(0, end - store.Begin));
                Lag.Add(region, Math.Max(0, now.ToUnixTimeSeconds() - end));
            }
        }

        if (view.Earliest(visibleOnly: false) is { } earliest && Coverage.RetentionLeft(earliest, view.Document.Source, now) is { } left)
        {
            RetentionLeft.Add(region, left);
        }
    }
}
