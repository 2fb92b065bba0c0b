namespace Holdfast.Platform.Tests;

public sealed class SharedStringsTests
{
    private static readonly JsonSerializerOptions Options = new() { Converters = { new SharedStrings() } };

    [Theory]
    [InlineData("")]
    [InlineData("host-000001")]
    [InlineData("a \"quoted\" \\ name\n")]
    [InlineData("Zürich 東京 🚆")]
    public void Equal_strings_are_read_as_one_object(string text)
    {
        var json = JsonSerializer.Serialize(text);
        var (one, other) = (Read(json), Read(json));
        Assert.Equal(text, one);
        Assert.Same(one, other);
    }

    [Fact]
    public void Long_strings_are_read_as_they_are() =>
        Assert.Equal(new string('x', 1000), Read(JsonSerializer.Serialize(new string('x', 1000))));

    [Fact]
    public void Null_and_keys_are_read_as_ever()
    {
        var read = JsonSerializer.Deserialize<Dictionary<string, string?>>("""{"key":null,"other":"key"}""", Options)!;
        Assert.Null(read["key"]);
        Assert.Equal("key", read["other"]);
    }

    private static string? Read(string json) => JsonSerializer.Deserialize<string>(json, Options);
}
