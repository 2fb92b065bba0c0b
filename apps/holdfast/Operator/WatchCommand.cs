namespace Holdfast.App.Operator;

/// <summary><c>holdfast watch</c>: a line for every change of a host, component or alert.</summary>
internal static class WatchCommand
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>The fields that count as a change; load and positions change all the time.</summary>
    private static readonly Watched[] Lists =
    [
        new("hosts", ["host"], ["state"]),
        new("components", ["name", "host"], ["epoch", "desired", "state"]),
        new("alerts", ["id"], ["event", "target", "condition", "status", "summary"]),
    ];

    private sealed record Watched(string List, string[] Key, string[] Shown);

    internal static Command Create()
    {
        var command = new Command("watch", "Print every change of hosts, components and alerts until interrupted.");
        Asking.Does(command, async (_, api, cancel) =>
        {
            await Watch(api, TimeProvider.System, cancel);
            return 0;
        });
        return command;
    }

    private static async Task Watch(Asking api, TimeProvider time, CancellationToken cancel)
    {
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        string? silence = null;
        var wasOld = false;
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                string? aged = null;
                foreach (var list in Lists)
                {
                    var (items, _, old) = await Listing.All.Single(l => l.Name == list.List).Read(api);
                    aged = old ?? aged;
                    Tell(list, items, seen, time);
                }

                if (aged is not null && !wasOld)
                {
                    Say(time, "api", aged);
                }

                wasOld = aged is not null;

                silence = null;
            }
            catch (RefusedException refused) when (seen.Count > 0 && silence is null)
            {
                Say(time, "api", silence = refused.FirstLine);
            }
            catch (Exception error) when ((Asking.IsSilence(error) || error is RefusedException && silence is not null)
                && !cancel.IsCancellationRequested)
            {
                if (silence is null)
                {
                    Say(time, "api", silence = error.Message);
                }
            }

            await Task.Delay(Interval, time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static void Tell(Watched list, IReadOnlyList<JsonObject> items, Dictionary<string, string> seen,
        TimeProvider time)
    {
        var now = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            now[$"{list.List} {Join(item, list.Key, " on ")}"] = Join(item, list.Shown, "  ");
        }

        foreach (var (key, shown) in now.Where(entry => seen.GetValueOrDefault(entry.Key) != entry.Value))
        {
            Say(time, key, shown);
            seen[key] = shown;
        }

        foreach (var key in seen.Keys.Where(key => key.StartsWith(list.List + " ", StringComparison.Ordinal)
            && !now.ContainsKey(key)).ToList())
        {
            Say(time, key, "gone");
            seen.Remove(key);
        }
    }

    private static string Join(JsonObject item, string[] fields, string between) =>
        string.Join(between, fields.Select(field => Listing.Text(item[field])).Where(text => text.Length > 0));

    private static void Say(TimeProvider time, string what, string text) =>
        Console.WriteLine(
            $"{Iso.Tenths(time.GetUtcNow())}  {what,-34}  {text}");
}
