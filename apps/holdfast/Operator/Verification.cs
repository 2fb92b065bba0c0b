using System.Text.Json.Nodes;
using Holdfast.App.Fleet;

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
    internal async Task<IReadOnlyList<SampleTask>> Running()
    {
        var running = new List<SampleTask>();
        foreach (var sample in SampleTask.All.Where(t => t.IsIn(data)))
        {
            if ((await api.TryGet($"/api/v1/tasks/{sample.Id}")).Answer?["incrSync"]?["desired"]?.ToString() == "Running")
            {
                running.Add(sample);
            }
        }

        return running.Count > 0 ? running : throw Nothing("No sample task is to run");
    }

    private SampleTask Sample(string id) => SampleTask.All.FirstOrDefault(t => t.Id == id && t.IsIn(data))
        ?? throw Nothing($"{id} is no sample task that moves rows");

    private RefusedException Nothing(string what) => new($"{what} in {data}.\n  What to do: name one of "
        + $"{string.Join(", ", SampleTask.All.Select(t => t.Id))} of a run that made them, with --data; holdfast tasks lists all");

    private async Task<Compared> Of(SampleTask task)
    {
        var config = new JsonObject
        {
            ["verify"] = new JsonObject
            {
                ["task"] = task.Id,
                ["source"] = SampleTask.Sqlite(task.Source(data)),
                ["sink"] = SampleTask.Sqlite(task.Sink(data)),
                ["counter"] = SampleBank.Counter,
                ["limitSeconds"] = limit.TotalSeconds,
            },
        };
        var (_, output, error) = await DataProgram.Ask("verify", config, cancel);
        return output.Length > 0 && JsonNode.Parse(output) is JsonObject report
            ? new Compared(task.Id, report)
            : throw new RefusedException($"{task.Id} cannot be compared: {error.Trim()}");
    }
}
