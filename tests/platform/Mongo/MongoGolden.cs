using System.Text.RegularExpressions;
using MongoDB.Bson.IO;

namespace Holdfast.Platform.Tests.Mongo;

/// <summary>
/// Commands as they went over the wire, held by files with the manual's rule for each piece of them and the server versions that they
/// need. HOLDFAST_WRITE_GOLDEN=1 writes files that are missing.
/// </summary>
internal static partial class MongoGolden
{
    private static readonly Version OldestServer = new(4, 4);
    private static readonly JsonWriterSettings Indented = new() { Indent = true, OutputMode = JsonOutputMode.RelaxedExtendedJson };

    internal static string Folder { get; } = AppContext.BaseDirectory[..AppContext.BaseDirectory.IndexOf("/bin/", StringComparison.Ordinal)]
        + "/Mongo/commands";

    internal static void Hold(string name, IReadOnlyList<BsonDocument> commands)
    {
        Assert.NotEmpty(commands);
        var rules = commands.SelectMany(MongoManual.Allow).Distinct().OrderBy(r => r.Piece, StringComparer.Ordinal).ToList();
        var needs = rules.Max(r => Version.Parse(r.Since))!;
        Assert.True(needs <= OldestServer, $"{name} needs MongoDB {needs}");
        var held = new BsonDocument
        {
            { "needs", needs.ToString() },
            { "commands", new BsonArray(commands.Select(Steady)) },
            { "rules", new BsonArray(rules.Select(r => $"{r.Piece} ({r.Since}): {r.Says}; {r.Page}")) },
        };
        var text = Varying().Replace(held.ToJson(Indented), "\"…\"").ReplaceLineEndings("\n") + "\n";
        var file = Path.Combine(Folder, name + ".json");
        if (!File.Exists(file) && Environment.GetEnvironmentVariable("HOLDFAST_WRITE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Folder);
            File.WriteAllText(file, text);
        }

        Assert.Equal(File.Exists(file) ? File.ReadAllText(file) : $"there is no {file}", text);
    }

    /// <summary>Leaves out all that differs with each run. That a command is in a session, and may be retried, stays.</summary>
    private static BsonDocument Steady(BsonDocument command)
    {
        var steady = new BsonDocument(command.Where(e => e.Name is not ("$db" or "$clusterTime" or "$readPreference")));
        foreach (var name in new[] { "lsid", "txnNumber" }.Where(steady.Contains))
        {
            steady[name] = "…";
        }

        return steady;
    }

    /// <summary>Owners of locks and names of writes.</summary>
    [GeneratedRegex("""\{\s*"\$uuid"\s*:\s*"[^"]+"\s*\}|\{ "\$binary" : \{[^}]+\} \}|"[0-9a-f]{32}(?:")""")]
    private static partial Regex Varying();
}
