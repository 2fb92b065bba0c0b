namespace Holdfast.StoreManager.Tests;

/// <summary>A subtopic in the words of a test: positions are seconds around <see cref="Now"/>, which is 10:00.</summary>
internal static class Scene
{
    internal static readonly DateTimeOffset Now = new(2026, 1, 1, 10, 0, 0, TimeSpan.Zero);

    internal static readonly HaConfig Config = new() { Enable = true };

    internal static StoreTerms Terms(HaConfig? config = null, HaWindow? window = null) => new(config ?? Config, window);

    /// <summary>Unix seconds of this morning's clock.</summary>
    internal static long Clock(int hour, int minute, int second = 0) =>
        new DateTimeOffset(2026, 1, 1, hour, minute, second, TimeSpan.Zero).ToUnixTimeSeconds();

    internal static ObservedStore Seen(StoreHealth standing, long seq = 1, long? begin = null, long? end = null, string host = "h1") => new(
        new Store($"10.0.0.1-9000:mysql:{seq:d10}", host, seq, begin ?? Clock(9, 0),
            standing == StoreHealth.Leaving ? DesiredState.Absent : DesiredState.Running, Now.AddHours(-1)) { Idc = "n1" },
        standing, begin ?? Clock(9, 0), end ?? Clock(10, 0), HostServes: true, Readers: 0);

    internal static SubtopicView View(params IReadOnlyList<StoreHealth> standings) =>
        Of([.. standings.Select((s, i) => Seen(s, i + 1))]);

    internal static SubtopicView Of(params IReadOnlyList<ObservedStore> stores) => new(
        new SubtopicDocument
        {
            Subtopic = "mysql", Region = "north", Command = ["store"], Tasks = ["t1"],
            Needs = [new RequiredPosition("t1", Clock(9, 0), IsMet: true)],
            StartTimestamp = Clock(9, 0), Stores = [.. stores.Select(s => s.Store)], Seq = stores.Count,
        },
        [.. stores], [], null);

    /// <summary>With consumers t1, t2 … at these positions.</summary>
    internal static SubtopicView ReadAt(this SubtopicView view, params IReadOnlyList<long> positions) => view with
    {
        Document = view.Document with { Tasks = [.. positions.Select((_, i) => $"t{i + 1}")] },
        Consumers = [.. positions.Select((p, i) => new ObservedConsumer($"t{i + 1}", p, IsVisible: true))],
    };

    internal static SubtopicView Unseen(this SubtopicView view) =>
        view with { Consumers = [.. view.Consumers.Select(c => c with { IsVisible = false })] };

    internal static SubtopicView With(this SubtopicView view, Func<SubtopicDocument, SubtopicDocument> change) =>
        view with { Document = change(view.Document) };

    internal static StoreDecision Decide(this SubtopicView view, HaConfig? config = null, HaWindow? window = null) =>
        StoreRules.Decide(view, Terms(config, window), Now);

    internal static string Code(this StoreDecision decision) => decision is Hold hold ? hold.Reason.Code : "create";
}
