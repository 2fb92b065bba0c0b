namespace Holdfast.Contracts.Tests;

/// <summary>Ids and names that a URL's path carries, and that people can tell apart.</summary>
public sealed class IdsTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("orders-2")]
    [InlineData("..a")]
    [InlineData("A_1.b")]
    public void An_id_of_letters_digits_and_marks_is_one(string id) => Assert.True(Ids.IsAscii(id, 64, Ids.Marks));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("...")]
    [InlineData("-")]
    [InlineData("_")]
    [InlineData(" a")]
    [InlineData("a ")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a%2Fb")]
    [InlineData("a?b")]
    [InlineData("a#b")]
    [InlineData("a;b")]
    [InlineData("a\tb")]
    [InlineData("a\0")]
    [InlineData("a:b")]
    [InlineData("ä")]
    [InlineData("\u0430")]
    [InlineData("a\u200b")]
    public void What_a_path_cannot_carry_is_no_id(string? id) => Assert.False(Ids.IsAscii(id, 64, Ids.Marks));

    [Fact]
    public void An_id_is_as_long_as_its_limit_and_no_longer()
    {
        Assert.True(Ids.IsAscii(new string('a', 64), 64, Ids.Marks));
        Assert.False(Ids.IsAscii(new string('a', 65), 64, Ids.Marks));
    }

    [Theory]
    [InlineData("10.0.0.1:9000", true)]
    [InlineData("::1", true)]
    [InlineData(":", false)]
    [InlineData("::", false)]
    public void A_host_s_id_may_be_an_address(string id, bool holds) => Assert.Equal(holds, Ids.IsAscii(id, Ids.HostMax, Ids.HostMarks));

    [Theory]
    [InlineData("north")]
    [InlineData("cn-hangzhou-b")]
    [InlineData("华东（上海）")]
    [InlineData("East US 2")]
    [InlineData("[::1]:9000")]
    [InlineData("...")]
    public void Any_script_may_be_in_a_path(string text) => Assert.Null(Ids.WhyNotInPath(text, 64));

    [Theory]
    [InlineData("", "1 to 64")]
    [InlineData(".", "folders")]
    [InlineData("..", "folders")]
    [InlineData(" a", "space")]
    [InlineData("a\u3000", "space")]
    [InlineData("a/b", "URL")]
    [InlineData("a\\b", "URL")]
    [InlineData("a%b", "URL")]
    [InlineData("a?b", "URL")]
    [InlineData("a#b", "URL")]
    [InlineData("a;b", "URL")]
    [InlineData("a\nb", "nobody sees (U+000A)")]
    [InlineData("a\u007fb", "nobody sees (U+007F)")]
    [InlineData("a\u200bb", "nobody sees (U+200B)")]
    [InlineData("a\u202eb", "nobody sees (U+202E)")]
    [InlineData("a\u00a0b", "nobody sees (U+00A0)")]
    [InlineData("a\u2028b", "nobody sees (U+2028)")]
    [InlineData("a\u3164b", "nobody sees (U+3164)")]
    [InlineData("a\ufe0fb", "nobody sees (U+FE0F)")]
    [InlineData("a\ue000b", "nobody sees (U+E000)")]
    public void The_rule_that_a_path_breaks_is_named(string text, string rule) =>
        Assert.Contains(rule, Ids.WhyNotInPath(text, 64), StringComparison.Ordinal);

    [Fact]
    public void Half_a_character_is_none() =>
        Assert.Contains("surrogate", Ids.WhyNotInPath("a" + (char)0xD800, 64), StringComparison.Ordinal);

    [Theory]
    [InlineData("值班_钉钉1")]
    [InlineData("ทีมปฏิบัติการ")]
    [InlineData("Команда_oncall")]
    [InlineData("Đội_trực")]
    public void A_name_of_any_script_may_be_an_id(string name) => Assert.Null(Ids.WhyNot(name, 64));

    [Theory]
    [InlineData("on\u0441all", "mix Latin and Cyrillic")]
    [InlineData("\u0421ом\u043c\u0430ndo", "mix Cyrillic and Latin")]
    [InlineData("oncal\u0399", "mix Latin and Greek")]
    [InlineData("ｏncall", "look-alikes (U+FF4F)")]
    [InlineData("e\u0301quipe", "look-alikes (U+0301)")]
    [InlineData("o\ufb03ce", "look-alikes (U+FB03)")]
    [InlineData("..", "folders")]
    public void What_looks_like_another_one_is_no_id(string name, string rule) =>
        Assert.Contains(rule.Replace("look-alikes (", "look-alikes of other characters (", StringComparison.Ordinal),
            Ids.WhyNot(name, 64), StringComparison.Ordinal);

    [Theory]
    [InlineData("orders", "/tasks/orders/stop")]
    [InlineData("a b", "/tasks/a%20b/stop")]
    [InlineData("..", "/tasks/-/stop?id=..")]
    [InlineData(".", "/tasks/-/stop?id=.")]
    [InlineData("-", "/tasks/-/stop?id=-")]
    [InlineData("a/b", "/tasks/-/stop?id=a%2Fb")]
    [InlineData("50%", "/tasks/-/stop?id=50%25")]
    public void What_a_path_cannot_carry_is_named_in_the_query(string id, string path) =>
        Assert.Equal(path, Ids.Path("/tasks/", id, after: "/stop"));
}
