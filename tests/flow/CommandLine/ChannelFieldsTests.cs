using Holdfast.ConsoleUi.Client;
using Holdfast.Contracts.Views;

namespace Holdfast.Flow.Tests.CommandLine;

/// <summary>Settings of a channel from words of a command line, by what the service says of its kind.</summary>
public sealed class ChannelFieldsTests
{
    private static readonly IReadOnlyList<ChannelKindView> Kinds = JsonSerializer.Deserialize<ListPage<ChannelKindView>>(
        File.ReadAllText(AppContext.BaseDirectory[..AppContext.BaseDirectory.IndexOf("/tests/", StringComparison.Ordinal)]
            + "/tests/alerting/golden/channels-schema.json"), ApiExchange.Json)!.Items;

    private static readonly ChannelKindView Email = Kinds.Single(k => k.Kind == "email");

    private static readonly string[] Whole = ["host=mail.example.com", "from=a@example.com", "to=b@example.com, c@example.com"];

    [Fact]
    public void Each_word_becomes_a_value_of_its_field_s_type_and_a_secret_is_what_is_in_its_file()
    {
        var settings = ChannelFields.Settings(
            Email, [.. Whole, "port=465", "security=tls", "allowLinkLocal=true"], ["password=the.file"], file => $"in {file}\n");
        Assert.Equal(
            """{"host":"mail.example.com","from":"a@example.com","to":["b@example.com","c@example.com"],"port":465,"""
            + """
            "security":"tls","allowLinkLocal":true,"password":"in the.file"}
            """, settings.Value!.ToJsonString());
    }

    [Theory]
    [InlineData("portt=1", "email.portt", "is no field of email; there are host, port")]
    [InlineData("port", "email.port", "must be given as port=VALUE")]
    [InlineData("port=x", "email.port", "must be a whole number, 1 to 65535")]
    [InlineData("port=65536", "email.port", "must be a whole number, 1 to 65535")]
    [InlineData("security=ssl", "email.security", "must be one of starttls, tls, none")]
    [InlineData("allowLinkLocal=yes", "email.allowLinkLocal", "must be true or false")]
    [InlineData("password=abc", "email.password", "must be given as --secret password=FILE")]
    public void A_word_that_breaks_a_rule_is_named_with_it_and_a_secret_is_not_repeated(string word, string field, string rule)
    {
        var fault = ChannelFields.Settings(Email, [.. Whole, word], [], _ => "").Fault!;
        var only = Assert.Single(fault.Fields);
        Assert.Equal(("AL-201", field), (fault.Code, only.Field));
        Assert.StartsWith(rule, only.Rule, StringComparison.Ordinal);
        Assert.DoesNotContain("abc", $"{fault}", StringComparison.Ordinal);
    }

    [Fact]
    public void All_that_is_needed_and_missing_is_named_at_once() => Assert.Equal(
        ["email.host", "email.from", "email.to"], ChannelFields.Settings(Email, [], [], _ => "").Fault!.Fields.Select(f => f.Field));

    [Fact]
    public void A_field_that_is_JSON_is_an_object()
    {
        var ocp = Kinds.Single(k => k.Kind == "ocp");
        string[] given = ["clusterName=obc", "endpoint=10.0.0.1:8080", "username=u"];
        Assert.Equal("""{"oms_host_down":"r"}""", ChannelFields.Settings(
            ocp, [.. given, """rules={"oms_host_down":"r"}"""], ["password=f"], _ => "p").Value!["rules"]!.ToJsonString());
        Assert.Equal(["ocp.rules"], ChannelFields.Settings(ocp, [.. given, "rules=x"], ["password=f"], _ => "p").Fault!.Fields
            .Select(f => f.Field));
    }
}
