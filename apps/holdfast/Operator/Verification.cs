using Holdfast.App.Fleet;
using Holdfast.App.Shop;

namespace Holdfast.App.Operator;

/// <summary>The comparison of one task, as <c>holdfast-data verify</c> says it.</summary>
internal sealed record Compared(string Task, JsonObject Report);

/// <summary>
/// Compares sample tasks one after the other, each by a process of the program that moves their rows and knows their engines. Of other
/// tasks the API does not tell source and sink, which may hold secrets.
/// </summary>
internal sealed class Verification(Asking api, string data, TimeSpan limit, CancellationToken cancel)
{
    /// <param name="named">Tasks; none: all that are to run.</param>
    internal async Task<IReadOnlyList<Compared>> Of(IReadOnlyList<string> named)
    {
        var compared = new List<Compared>();
        foreach (var task in named.Count > 0 ? [.. named.Distinct(StringComparer.Ordinal).Select(Sample)] : await Running())
        {
            compared.Add(await Of(task));
        }

        return compared;
    }

    /// <summary>Tasks that are to run, and whose rows can be compared.</summary>
    internal async Task<IReadOnlyList<DemoTask>> Running()
    {
        var running = new List<DemoTask>();
        foreach (var sample in All(data))
        {
            if ((await api.TryGet($"/api/v1/tasks/{sample.Id}")).Answer?["incrSync"]?["desired"]?.ToString() == "Running")
            {
                running.Add(sample);
            }
        }

        return running.Count > 0 ? running : throw Nothing("No sample task is to run");
    }

    /// <summary>Those of a run that were made there.</summary>
    internal static IEnumerable<DemoTask> All(string data) => SampleTask.All.Concat<DemoTask>(ShopTask.In(data)).Where(t => t.IsIn(data));

    private DemoTask Sample(string id) => All(data).FirstOrDefault(t => t.Id == id)
        ?? throw Nothing($"{id} is no sample task that moves rows");

    private RefusedException Nothing(string what) => new($"{what} in {data}.\n  What to do: name one of "
        + $"{string.Join(", ", (All(data).Any() ? All(data) : SampleTask.All).Select(t => t.Id))} "
        + "of a run that made them, with --data; holdfast tasks lists all");

    private async Task<Compared> Of(DemoTask task)
    {
        var config = new JsonObject
        {
            ["verify"] = new JsonObject
            {
                ["task"] = task.Id,
                ["source"] = task.SourceIn(data),
                ["sink"] = task.SinkIn(data),
                ["storeTables"] = new JsonArray([.. task.Tables.Select(t => (JsonNode)t)]),
                ["counter"] = task.Counter,
                ["limitSeconds"] = limit.TotalSeconds,
            },
        };
        var (_, output, error) = await DataProgram.Ask("verify", config, cancel);
        return output.Length > 0 && JsonNode.Parse(output) is JsonObject report
            ? new Compared(task.Id, report)
            : throw new RefusedException($"{task.Id} cannot be compared: {error.Trim()}");
    }
}
