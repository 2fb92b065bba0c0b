namespace Holdfast.Contracts.Tests;

public sealed class ComponentConfigTests
{
    private static (string Member, string Rule)? Broken(string json) => ComponentConfig.Broken(JsonDocument.Parse(json).RootElement);

    private static string Sized(int bytes) => $$"""{"a":"{{new string('x', bytes - 8)}}"}""";

    private static string Nested(int deep) => string.Concat(Enumerable.Repeat("""{"a":""", deep - 1)) + "{}" + new string('}', deep - 1);

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"store":{"source":{"kind":"sqlite"},"tables":["a","b"]},"x":null}""")]
    public void An_object_is_one(string json) => Assert.Null(Broken(json));

    [Fact]
    public void Both_sides_of_its_limits()
    {
        Assert.Null(Broken(Sized(ComponentConfig.BytesMax)));
        Assert.Contains("65537", Broken(Sized(ComponentConfig.BytesMax + 1))!.Value.Rule, StringComparison.Ordinal);
        Assert.Null(Broken(Nested(ComponentConfig.DepthMax)));
        Assert.Contains("32 deep", Broken(Nested(ComponentConfig.DepthMax + 1))!.Value.Rule, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null", "")]
    [InlineData("true", "")]
    [InlineData("\"{}\"", "")]
    [InlineData("[{}]", "")]
    [InlineData("""{"a":1,"holdfast":null}""", "holdfast")]
    [InlineData("""{"a":1,"a":1}""", "a")]
    [InlineData("""{"a":[{"b":{"c":1,"c":2}}]}""", "a[0].b.c")]
    public void Whatever_is_none_is_named(string json, string member) => Assert.Equal(member, Broken(json)?.Member);

    [Fact]
    public void The_member_of_the_control_plane_may_be_one_further_down() => Assert.Null(Broken("""{"a":{"holdfast":1}}"""));

    [Fact]
    public void Its_text_has_no_blanks_keeps_the_order_and_every_script()
    {
        var text = ComponentConfig.TextOf(JsonDocument.Parse("""{ "z": 1.0, "a" : "订单 <&>" }""").RootElement);
        Assert.Equal("""{"z":1.0,"a":"订单 <&>"}""", text);
        Assert.Equal(ComponentConfig.DigestOf("{}"), ComponentConfig.DigestOf("{}"u8));
        Assert.Null(ComponentConfig.DigestOf((string?)null));
    }
}
