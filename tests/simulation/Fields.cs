using System.Reflection;
using System.Text.Json.Serialization;

namespace Holdfast.Simulation.Tests;

/// <summary>Reads a document's top-level fields under their JSON names, as values that compare.</summary>
internal static class Fields<T> where T : class
{
    private static readonly Dictionary<string, Func<T, object?>> Readers = typeof(T)
        .GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
        .Where(p => p.GetIndexParameters().Length == 0 && p.Name != "EqualityContract")
        .DistinctBy(p => p.Name).ToDictionary(
            p => p.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(p.Name),
            Reader, StringComparer.Ordinal);

    private static readonly Func<T, object?>[] Times = [.. typeof(T).GetProperties()
        .Where(p => p.PropertyType == typeof(DateTimeOffset) && p.GetIndexParameters().Length == 0)
        .Select(p => (Func<T, object?>)p.GetValue)];

    internal static object? Read(T document, string field) => Readers[field](document);

    /// <summary>A document whose dates a store would write otherwise goes through the text that a store would write.</summary>
    internal static T Kept(T document) => Array.TrueForAll(Times, t => IsKept((DateTimeOffset)t(document)!)) ? document
        : JsonSerializer.Deserialize<T>(JsonSerializer.SerializeToUtf8Bytes(document, StateJson.Options), StateJson.Options)!;

    private static bool IsKept(DateTimeOffset at) => at.Offset == TimeSpan.Zero && at.Ticks % TimeSpan.TicksPerMicrosecond == 0;

    private static Func<T, object?> Reader(PropertyInfo property)
    {
        if (property.PropertyType == typeof(string) && property.GetMethod is { } get)
        {
            return get.CreateDelegate<Func<T, string?>>();
        }

        return document => property.GetValue(document) switch
        {
            null => null,
            bool truth => truth ? 1L : 0L,
            string text => text,
            int number => (long)number,
            long or double => property.GetValue(document),
            System.Collections.IEnumerable list => list,
            var other => StateJson.Comparable(other),
        };
    }
}
