using System.Text.RegularExpressions;
using Holdfast.Stores.Mongo;

namespace Holdfast.Platform.Tests.Mongo;

/// <summary>
/// The services' queries against the indexes that they declare, by what MongoDB can use of them. Both are read from the sources: this
/// project knows no service.
/// </summary>
public sealed partial class MongoIndexTests
{
    private static readonly string Root =
        AppContext.BaseDirectory[..AppContext.BaseDirectory.IndexOf("/tests/platform/", StringComparison.Ordinal)];

    private static readonly List<(string Path, string Text)> Sources = Below("services", "platform/Http", "platform/Explain");

    private static readonly List<string> Records = [.. Below("services", "rules", "contracts", "platform").Select(s => s.Text)];

    private static readonly List<string> Listed =
        [.. File.ReadAllLines(Path.Combine(Root, "tests/platform/Mongo/query-shapes.txt")).Where(l => l.Length > 0 && l[0] != '#')];

    public static TheoryData<string> Shapes =>
        [.. Listed.Where(l => l[0] == ' ').Select(l => l.Trim()).Distinct(StringComparer.Ordinal)];

    [Fact]
    public void Every_file_that_begins_queries_is_listed_with_how_many_it_begins() => Assert.Equal(
        Sources.Select(s => (s.Path, Count: Query().Count(s.Text))).Where(s => s.Count > 0)
            .Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Path} {s.Count}")).Order(StringComparer.Ordinal),
        Listed.Where(l => l[0] != ' ').Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_query_is_answered_as_it_is_listed_and_what_has_no_index_has_another_bound(string row)
    {
        var columns = row.Split('|', StringSplitOptions.TrimEntries);
        var shape = new QueryShape(
            [.. columns[1].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(c => c.Split(' ')).Select(c => (c[0], c[1]))],
            columns[2]);
        var indexes = Indexes(columns[0]);
        Assert.All(shape.Conditions.Select(c => c.Field).Append(shape.Order).Where(f => f is not ("_id" or "-")),
            field => Assert.Contains(field, indexes.SelectMany(i => i)));
        Assert.Equal(columns[3], MongoIndexUse.Of(shape, indexes));
        Assert.True(columns[3] == MongoIndexUse.Index || columns.ElementAtOrDefault(4) is { Length: > 0 }, "what bounds it?");
    }

    /// <summary>An index has at most one field with a list (error 171), and one with a list gives no order within bounds on it.</summary>
    [Fact]
    public void No_index_is_over_a_list()
    {
        var fields = (from source in Sources
                      from declared in Declaration().Matches(source.Text)
                      from step in Step().Matches(declared.Groups["rest"].Value)
                      from field in Field().Matches(step.Groups["fields"].Value)
                      select (Type: TypeOf(source.Text, declared.Groups["name"].Index), Field: field.Groups["field"].Value))
            .Distinct().ToList();
        Assert.NotEmpty(fields);
        Assert.All(fields, f => Assert.DoesNotMatch(
            $@"((List|Collection|Set|Dictionary)<[^>]*>|\[\])\?? {f.Field}\b", RecordOf(f.Type)));
    }

    /// <summary>Type of the documents of the collection whose name is declared there.</summary>
    private static string TypeOf(string text, int name) => Typed().Matches(text[..name])[^1].Groups["type"].Value;

    /// <summary>The file that declares it: of the service, its rules, the contracts, or beside the stores.</summary>
    private static string RecordOf(string type) => Assert.Single(Records, text => Regex.IsMatch(text, $@"\brecord {type}\b"));

    [Theory]
    [InlineData("= A | B", "A,B,_id", "index")]
    [InlineData("= A | B", "A,B,C,_id", "sorts")]
    [InlineData("= A | B", "A,B,_id,C", "index")]
    [InlineData("= A, = C | B", "A,B,_id,C", "index")]
    [InlineData("= A, = B | C", "A,B,C,_id", "index")]
    [InlineData("= A, > B | C", "A,B,C,_id", "sorts")]
    [InlineData("in A | B", "A,B,_id", "index")]
    [InlineData("= A | A", "A,_id", "index")]
    [InlineData("in A | A", "A,_id", "sorts")]
    [InlineData("> A | A", "A,_id", "index")]
    [InlineData("> A | _id", "A,_id", "sorts")]
    [InlineData("contains A | _id", "A,_id", "walk")]
    [InlineData("= B | _id", "A,B,_id", "walk")]
    [InlineData("= B | C", "A,B,_id", "whole")]
    [InlineData("| A", "A,_id", "walk")]
    [InlineData("= A | -", "A,B,_id", "index")]
    public void The_manual_s_rules_of_prefix_equality_sort_and_range_are_these(string query, string index, string use)
    {
        var (conditions, order) = query.Split('|', StringSplitOptions.TrimEntries) is [var c, var o] ? (c, o) : default;
        var shape = new QueryShape([.. conditions.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(x => x.Split(' '))
            .Select(x => (x[0], x[1]))], order);
        Assert.Equal(use, MongoIndexUse.Of(shape, [index.Split(',')]));
    }

    [Fact]
    public void The_id_follows_the_fields_that_may_be_ordered_by_and_precedes_those_that_are_only_carried()
    {
        var collection = new Collection<Specimen>("test.carried", 1, s => s.Id)
            .Index(s => s.Region, s => s.At, s => s.Load).Carries(s => s.Load).Index(s => s.At, s => s.Region);
        Assert.Equal(
            [
                ("hf:region+at+_id+load", new BsonDocument { { "d.region", 1 }, { "d.at", 1 }, { "_id", 1 }, { "d.load", 1 } }),
                ("hf:at+region", new BsonDocument { { "d.at", 1 }, { "d.region", 1 }, { "_id", 1 } }),
            ], MongoIndexes.Of(collection));
        Assert.Throws<ArgumentException>(() => collection.Carries(s => s.At));
        Assert.Throws<ArgumentException>(() => collection.Carries(s => s.Load));
    }

    private static List<(string Path, string Text)> Below(params string[] folders) => [.. folders
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories))
        .Select(path => (Path: Path.GetRelativePath(Root, path), Text: File.ReadAllText(path)))
        .Where(s => !s.Path.Contains("/obj/", StringComparison.Ordinal) && !s.Path.Contains("/bin/", StringComparison.Ordinal))];

    /// <summary>As MongoIndexes lays them out.</summary>
    private static List<IReadOnlyList<string>> Indexes(string collection)
    {
        // One collection that two services know is declared beside the stores.
        var shared = File.ReadAllText(Path.Combine(Root, "platform/State/HeardCollectors.cs"));
        var declared = Sources.Select(s => s.Text).Append(shared).SelectMany(s => Declaration().Matches(s))
            .Where(d => d.Groups["name"].Value == collection).ToList();
        Assert.NotEmpty(declared);
        var indexes = new List<IReadOnlyList<string>>();
        foreach (var step in Step().Matches(declared[0].Groups["rest"].Value).ToList())
        {
            var fields = Field().Matches(step.Groups["fields"].Value).Select(f => f.Groups["field"].Value).ToList();
            if (step.Groups["step"].Value == "Index")
            {
                indexes.Add([.. fields, "_id"]);
            }
            else
            {
                var ordered = indexes[^1].TakeWhile(f => f != fields[0]).ToList();
                indexes[^1] = [.. ordered, "_id", .. indexes[^1].Skip(ordered.Count).SkipLast(1)];
            }
        }

        return indexes;
    }

    [GeneratedRegex(@"DocumentQuery<\w+>\.All\b", RegexOptions.None, 1000)]
    private static partial Regex Query();

    [GeneratedRegex(@"new\s*(?:Collection<\w+>)?\(\s*""(?<name>[a-z-]+\.[a-z-]+)"",\s*\d+(?<rest>[^;]*);", RegexOptions.None, 1000)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"Collection<(?<type>\w+)>", RegexOptions.None, 1000)]
    private static partial Regex Typed();

    [GeneratedRegex(@"\.(?<step>Index|Carries)\((?<fields>(?:\w+\s+=>\s+\w+\.\w+(?:,\s*)?)+)\)", RegexOptions.None, 1000)]
    private static partial Regex Step();

    [GeneratedRegex(@"\w+\s+=>\s+\w+\.(?<field>\w+)", RegexOptions.None, 1000)]
    private static partial Regex Field();
}
