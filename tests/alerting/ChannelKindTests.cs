namespace Holdfast.Alerting.Tests;

/// <summary>Forms, rules, masks and JSON do as it is written about a kind at its settings.</summary>
public sealed class ChannelKindTests
{
    public static TheoryData<string> Names => [.. ChannelKinds.Names];

    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static string Root =>
        AppContext.BaseDirectory[..AppContext.BaseDirectory.IndexOf("/tests/alerting/", StringComparison.Ordinal)];

    private static string Golden => Path.Combine(Root, "tests", "alerting", "golden", "channels-schema.json");

    [Fact]
    public void The_schema_is_what_clients_know_and_grows_only()
    {
        var schema = JsonSerializer.Serialize(new { items = ChannelSchema.All }, Indented) + "\n";
        if (Environment.GetEnvironmentVariable("HOLDFAST_WRITE_GOLDEN") == "1" && !File.Exists(Golden))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Golden)!);
            File.WriteAllText(Golden, schema);
        }

        Assert.Equal(File.ReadAllText(Golden), schema);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Pages_name_each_kind_and_docs_alerts_md_has_its_settings(string name)
    {
        var parts = File.ReadAllText(Path.Combine(Root, "docs", "alerts.md")).Split("\n### ").Skip(1);
        var part = Assert.Single(parts, p => p.StartsWith(name + "\n", StringComparison.OrdinalIgnoreCase)).Split("\n## ")[0];
        Assert.All(ChannelKinds.Find(name)!.Fields, field => Assert.Contains($"`{field.Name}`", part, StringComparison.Ordinal));
        Assert.All(["README.md", "docs/architecture/a-host-dies.md"],
            page => Assert.Contains(name, File.ReadAllText(Path.Combine(Root, page)), StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_setting_has_a_label_in_both_languages_and_one_name(string name)
    {
        var kind = ChannelKinds.Find(name)!;
        Assert.Equal(kind.SettingsType.GetProperties().Length, kind.Fields.Count);
        Assert.Equal(kind.Fields.Count, kind.Fields.Select(f => f.Name).Distinct(StringComparer.Ordinal).Count());
        Assert.All(kind.Fields, field => Assert.True(field.Label is { En.Length: > 0, Zh.Length: > 0 }, field.Name));
        Assert.All(kind.Fields.Where(f => f.Type == FieldType.Choice), field => Assert.NotEmpty(field.Choices));
        Assert.Contains(kind.Brief, kind.Fields.Select(f => f.Name));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_needed_is_asked_for_and_each_number_has_its_bounds_on_both_sides(string name)
    {
        var kind = ChannelKinds.Find(name)!;
        var empty = (ChannelSettings)Activator.CreateInstance(kind.SettingsType)!;
        var faults = Faults(empty);
        Assert.All(kind.Fields.Where(f => f.Required && f.Default is null), f => Assert.Contains($"{name}.{f.Name}", faults));
        foreach (var field in kind.Fields.Where(f => f.Type == FieldType.Number))
        {
            Assert.DoesNotContain($"{name}.{field.Name}", Faults(field.With(empty, field.Min)));
            Assert.DoesNotContain($"{name}.{field.Name}", Faults(field.With(empty, field.Max)));
            Assert.Contains($"{name}.{field.Name}", Faults(field.With(empty, field.Min - 1)));
            Assert.Contains($"{name}.{field.Name}", Faults(field.With(empty, field.Max + 1)));
        }

        IEnumerable<string> Faults(ChannelSettings settings) =>
            [.. ChannelRules.Broken(new ChannelDefinition { Name = "c", Kind = name, Settings = settings }).Select(f => f.Field)];
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_channel_of_each_kind_comes_out_of_JSON_as_it_went_in(string name)
    {
        var channel = new ChannelDefinition
        {
            Name = "c", Kind = name, Levels = [1, 2], Fallback = "d", CreatedAt = T0, UpdatedAt = T0,
            Settings = (ChannelSettings)Activator.CreateInstance(ChannelKinds.Find(name)!.SettingsType)! with { TimeoutSeconds = 7 },
        };
        foreach (var options in new[] { StateJson.Options, JsonSerializerOptions.Web, JsonSerializerOptions.Default })
        {
            var json = JsonSerializer.Serialize(channel, options);
            var back = JsonSerializer.Deserialize<ChannelDefinition>(json, options)!;
            Assert.Equal(json, JsonSerializer.Serialize(back, options));
            Assert.Equal((name, 7), (ChannelKinds.Of(back.Settings)!.Name, back.Settings!.TimeoutSeconds));
            Assert.Empty(back.Astray);
        }
    }

    [Fact]
    public void Settings_of_two_kinds_are_both_seen_and_a_member_that_is_none_is_refused_where_it_stands()
    {
        var both = JsonSerializer.Deserialize<ChannelDefinition>(
            """{"name":"c","kind":"webhook","kafka":{"topic":"t"},"webhook":{"url":"http://x/"},"ocp":null}""", JsonSerializerOptions.Web)!;
        Assert.IsType<WebhookSettings>(both.Settings);
        Assert.Equal(["kafka"], ChannelRules.Broken(both).Select(f => f.Field));

        Assert.Equal("$.pigeon", Refused("""{"name":"c","kind":"webhook","pigeon":{}}"""));
        Assert.Equal("$.webhook.uri", Refused("""{"name":"c","kind":"webhook","webhook":{"uri":"http://x/"}}"""));
        Assert.Equal("$.webhook.timeoutSeconds", Refused("""{"name":"c","kind":"webhook","webhook":{"timeoutSeconds":"x"}}"""));
        Assert.Equal("$.webhook.signingKey", Refused("""{"name":"c","kind":"webhook","webhook":{"signingKey":5}}"""));

        static string? Refused(string json) =>
            Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<ChannelDefinition>(json, JsonSerializerOptions.Web)).Path;
    }

    [Fact]
    public async Task A_channel_of_a_newer_release_is_kept_as_it_is_shown_to_nobody_and_waits()
    {
        const string Stored = """{"name":"c","kind":"pigeon","enabled":true,"pigeon":{"loft":"a","password":"s3cret"}}""";
        var channel = JsonSerializer.Deserialize<ChannelDefinition>(Stored, StateJson.Options)!;
        Assert.Equal("""{"loft":"a","password":"s3cret"}""",
            JsonNode.Parse(JsonSerializer.Serialize(channel with { Enabled = false }, StateJson.Options))!["pigeon"]!.ToJsonString());
        Assert.DoesNotContain("s3cret", JsonSerializer.Serialize(Secrets.Masked(channel), StateJson.Options));
        Assert.DoesNotContain("s3cret", JsonSerializer.Serialize(Secrets.LeftOut(channel), StateJson.Options));
        Assert.Equal(["kind"], ChannelRules.Broken(channel).Select(f => f.Field));
        await using var open = Opened(channel);
        var answer = await open.Deliver(Notification(), World.Cancel);
        Assert.Equal((AnswerKind.TryAgain, "AL-331 this release knows no channel of kind 'pigeon'"), (answer.Kind, answer.Why));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Neither_a_secret_nor_settings_say_what_they_hold(string name)
    {
        var kind = ChannelKinds.Find(name)!;
        var settings = kind.Fields.Where(f => f.Type == FieldType.Secret)
            .Aggregate(
                (ChannelSettings)Activator.CreateInstance(kind.SettingsType)!, (held, field) => field.With(held, new Secret("s3cret")));
        var channel = new ChannelDefinition { Name = "c", Kind = name, Settings = settings };
        Assert.Contains("s3cret", JsonSerializer.Serialize(channel));
        Assert.DoesNotContain("s3cret", $"{channel} {settings} {new Secret("s3cret")}");
    }
}
