namespace Holdfast.Sample;

/// <summary>The variables by which the supervisor starts a component, and the component's answer (docs/components.md).</summary>
internal sealed class Surroundings
{
    private readonly string _directory = Variable("HOLDFAST_DIR") ?? Directory.GetCurrentDirectory();

    public string Component { get; } = Variable("HOLDFAST_COMPONENT") ?? "sample";

    public long Epoch { get; } = Number("HOLDFAST_EPOCH") ?? 1;

    /// <summary>Position to start from, unix seconds.</summary>
    public long? StartTimestamp { get; } = Number("HOLDFAST_START_TIMESTAMP");

    /// <summary>Replaces status.json; the writer fills in what this kind of component says.</summary>
    public void Say(string state, Action<Utf8JsonWriter> more)
    {
        var fresh = Path.Combine(_directory, "status.json.new");
        using (var stream = new FileStream(fresh, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1024))
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("state", state);
            more(json);
            json.WriteEndObject();
        }

        File.Move(fresh, Path.Combine(_directory, "status.json"), overwrite: true);
    }

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static long? Number(string name) =>
        long.TryParse(Variable(name), CultureInfo.InvariantCulture, out var number) ? number : null;
}
