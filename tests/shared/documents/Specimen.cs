using System.Text.Json.Serialization;
using Holdfast.Platform.State;

namespace Holdfast.Tests;

[JsonConverter(typeof(JsonStringEnumConverter<Mood>))]
public enum Mood
{
    Calm,

    [JsonStringEnumMemberName("on-edge")]
    OnEdge,
}

/// <summary>A document with a field of each kind that can be asked for.</summary>
public sealed record Specimen(string Id)
{
    public string? Region { get; init; }
    public int Load { get; init; }
    public long Serial { get; init; }
    public double? Score { get; init; }
    public bool Active { get; init; }
    public Mood Mood { get; init; }
    public DateTimeOffset At { get; init; }
    public string? Text { get; init; }
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>In no index.</summary>
    public string? Remark { get; init; }

    internal static Collection<Specimen> Collection(string name = "test.specimens", int schemaVersion = 1) =>
        new Collection<Specimen>(name, schemaVersion, s => s.Id)
            .Index(s => s.Region, s => s.At)
            .Index(s => s.Load)
            .Index(s => s.Serial)
            .Index(s => s.Score)
            .Index(s => s.Active)
            .Index(s => s.Mood)
            .Index(s => s.At)
            .Index(s => s.Text)
            .Index(s => s.Labels)
            .Text(s => s.Text);

    /// <summary>Documents with ids s0000, s0001 and so on, their load the number.</summary>
    internal static IReadOnlyList<Specimen> Many(int count, int from = 0) =>
        [.. Enumerable.Range(from, count).Select(n => new Specimen($"s{n:d4}") { Load = n })];
}
