using Holdfast.ConsoleUi.Client;

namespace Holdfast.ConsoleUi.Tests;

/// <summary>Forms of channels against what the API knows of them.</summary>
public sealed class ChannelFormTests
{
    private static readonly string Root =
        AppContext.BaseDirectory[..AppContext.BaseDirectory.IndexOf("/tests/console/", StringComparison.Ordinal)];

    private static readonly JsonObject Schemas =
        JsonNode.Parse(File.ReadAllText(Path.Combine(Root, "docs", "openapi.json")))!["components"]!["schemas"]!.AsObject();

    /// <summary>As the alerting service describes them; its own tests keep the file.</summary>
    internal static IReadOnlyList<ChannelKindView> Described { get; } = JsonSerializer.Deserialize<ListPage<ChannelKindView>>(
        File.ReadAllText(Path.Combine(Root, "tests", "alerting", "golden", "channels-schema.json")), ApiExchange.Json)!.Items;

    private static ChannelKindView Kind(string name) => Described.Single(k => k.Kind == name);

    public static TheoryData<string> Kinds => [.. Described.Select(k => k.Kind)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Each_setting_of_a_kind_has_a_field_and_no_field_is_of_a_setting_that_there_is_not(string kind) => Assert.Equal(
        Properties($"{char.ToUpperInvariant(kind[0])}{kind[1..]}Settings").Order(StringComparer.Ordinal),
        Kind(kind).Fields.Select(f => f.Name).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_field_is_drawn_in_the_person_s_language_as_what_it_is(string kind) => Assert.All(Kind(kind).Fields, field =>
    {
        var (english, chinese) = (ChannelForms.Drawn(field, new Texts("en")), ChannelForms.Drawn(field, new Texts("zh")));
        Assert.Equal((field.Label.En, field.Label.Zh), (english.Label, chinese.Label));
        Assert.Equal((field.Required, field.Fixed), (english.Needed, english.IsFixed));
        Assert.Contains(english.Kind, new[] { "text", "password", "url", "number", "area", "choice", "check", "json", "list" });
        Assert.Equal(field.Type == FieldType.Secret, english.Kind == "password");
        Assert.Equal(field.Type == FieldType.Choice && !field.Required, english.Choices.Contains(""));
    });

    [Fact]
    public void Each_member_of_a_channel_is_in_its_form()
    {
        string[] parts =
            ["name", "kind", "enabled", "scopes", "events", "levels", "createdAt", "updatedAt", .. Described.Select(k => k.Kind)];
        Assert.Equal(Properties("ChannelDefinition").Order(StringComparer.Ordinal),
            ChannelForms.Common.Select(f => f.Name).Concat(parts).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_is_left_empty_is_not_sent_so_that_the_preset_and_the_defaults_hold()
    {
        var form = ChannelForms.New(Kind("webhook"));
        form.Name = "n";
        form.Values["preset"] = "feishu";
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""
            {"concurrency":8,"name":"n","kind":"webhook","enabled":true,"scopes":[],"events":[],"levels":[],"webhook":
            {"preset":"feishu","method":"POST","timeoutSeconds":10,"bodyBytesMax":65536,"allowLinkLocal":false}}
            """), ChannelForms.ToJson(form)), ChannelForms.ToJson(form).ToJsonString());
    }

    [Theory]
    [InlineData("""
        {"name":"n","kind":"ocp","enabled":false,"scopes":["task"],"events":["oms_host_down"],"levels":[1,2],"regions":["north","a b"],
        "taskTags":["x"],"fallback":"other","messagesPerMinute":30,"concurrency":3,"later":{"a":[1]},"ocp":{"clusterName":"ob","endpoint":
        "10.0.0.1:80","tls":true,"username":"u","password":"…","rules":{"oms_host_down":"r"},"clearanceMinutes":6,"timeoutSeconds":5,
        "allowLinkLocal":false,"newer":7}}
        """)]
    [InlineData("""
        {"name":"n","kind":"pigeon","enabled":true,"scopes":[],"events":[],"levels":[],"concurrency":8,"pigeon":{"loft":"a"}}
        """)]
    public void A_channel_comes_out_of_its_form_whole_also_what_the_form_does_not_know(string sent)
    {
        var form = ChannelForms.Of(JsonSerializer.Deserialize<ChannelView>(sent, ApiExchange.Json)!, Described);
        Assert.False(form.IsChanged);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(sent), ChannelForms.ToJson(form)), ChannelForms.ToJson(form).ToJsonString());
        form.Levels.Add(5);
        Assert.True(form.IsChanged);
    }

    [Theory]
    [InlineData(true, 200, 2.3, "Delivered: HTTP 200 in 3 ms", "已送达：HTTP 200，3 ms")]
    [InlineData(true, null, 0.2, "Delivered in 1 ms", "已送达：1 ms")]
    [InlineData(false, 500, 12, "Not delivered: HTTP 500 in 12 ms", "未送达：HTTP 500，12 ms")]
    [InlineData(false, null, 10_000.4, "Not delivered; tried for 10001 ms", "未送达；尝试了 10001 ms")]
    public void How_a_test_went_is_one_sentence(bool ok, int? answer, double ms, string english, string chinese)
    {
        var tested = new ChannelTest(ok, "", answer, null, ms);
        Assert.Equal((english, chinese), (tested.Says(new Texts("en")), tested.Says(new Texts("zh"))));
    }

    [Fact]
    public void Every_label_of_a_form_is_there_in_Chinese() => Assert.DoesNotContain(
        ChannelForms.Common.Select(f => f.Label),
        l => !Texts.Known.Contains(l));

    private static IEnumerable<string> Properties(string schema) => Schemas[schema]!["properties"]!.AsObject().Select(p => p.Key);
}
