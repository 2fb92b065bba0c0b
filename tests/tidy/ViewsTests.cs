namespace Holdfast.Tidy.Tests;

/// <summary>Records of HTTP are written once, in contracts/Views: who reads an answer has no record of its own for it.</summary>
public sealed partial class ViewsTests
{
    /// <summary>Parts of answers that may have members, or kinds, unknown to this console: services/console/Client/Views.cs.</summary>
    private static readonly string[] Parts = ["ChannelView", "SilenceView"];

    /// <summary>Named alike, and no answer: what the heartbeat service counts of a host whose reports it refuses.</summary>
    private static readonly string[] Others = ["RefusedHost"];

    [Fact]
    public void Console_and_command_line_read_answers_as_the_records_that_services_answer_with()
    {
        var readers = Tree.Files.Where(f => IsBelow(f, "services/console/", "apps/") && IsSource(f)).ToList();
        var own = Declared(readers).ToHashSet(StringComparer.Ordinal);
        Tree.None("Read these as the record of contracts/Views that the service fills:",
            from file in readers
            from type in Read(Tree.Text(file)).Distinct(StringComparer.Ordinal)
            where own.Contains(type) && !Parts.Contains(type)
            select $"{file}: {type}");
    }

    [Fact]
    public void No_record_of_an_answer_has_a_twin()
    {
        var views = Declared(Tree.Files.Where(f => IsBelow(f, "contracts/Views/"))).ToList();
        Assert.NotEmpty(views);
        Tree.None("There is a record of that name in contracts/Views:",
            Declared(Tree.Files.Where(f => IsBelow(f, "services/", "rules/", "apps/") && IsSource(f)))
                .Intersect(views, StringComparer.Ordinal).Except(Others, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("await Api.Get<ListPage<HostView>>(path)", "HostView")]
    [InlineData("services.Items<StoreTicket>(path)", "StoreTicket")]
    [InlineData("answer.Value?.Deserialize<ChannelTest>(ApiExchange.Json)", "ChannelTest")]
    [InlineData("<Listing TItem=\"TicketView\" Label=", "TicketView")]
    [InlineData("Api.Ask<WhatIfForecast>(path, body)", "WhatIfForecast")]
    [InlineData("JsonFile.Read<RunRecord>(path)", null)]
    public void A_record_that_an_answer_is_read_as_is_found(string text, string? type) => Assert.Equal(type, Read(text).SingleOrDefault());

    private static bool IsBelow(string file, params string[] folders) => folders.Any(f => file.StartsWith(f, StringComparison.Ordinal));

    private static bool IsSource(string file) =>
        file.EndsWith(".cs", StringComparison.Ordinal) || file.EndsWith(".razor", StringComparison.Ordinal);

    private static IEnumerable<string> Read(string text) => Reading().Matches(text).Select(m => m.Groups["type"].Value);

    private static IEnumerable<string> Declared(IEnumerable<string> files) =>
        files.SelectMany(f => Declaring().Matches(Tree.Text(f)).Select(m => m.Groups["type"].Value));

    [GeneratedRegex(@"(?:\b(?:Get|Ask|Items|One|Deserialize)<(?:ListPage<|IReadOnlyList<)?|TItem="")(?<type>\w+)")]
    private static partial Regex Reading();

    [GeneratedRegex(@"^(?:public|internal) (?:sealed |abstract )?record (?:struct )?(?<type>\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaring();
}
