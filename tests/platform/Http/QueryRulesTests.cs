using Holdfast.Contracts;

namespace Holdfast.Platform.Tests.Http;

public sealed class QueryRulesTests
{
    [Theory]
    [InlineData("")]
    [InlineData("&&a=1&b")]
    [InlineData("q=100%25&r=%f0%9f%98%80&s=a+b&t=%EF%BF%BD")]
    [InlineData("event=a&event=b")]
    [InlineData("q=%07%0a")]
    public void What_can_be_read_is_taken(string query) => Assert.Null(Check(query));

    [Theory]
    [InlineData("a=1&q=%zz", "q", "%zz")]
    [InlineData("q=%4", "q", "%4")]
    [InlineData("q=%", "q", "%")]
    [InlineData("q=%00", "q", "%00")]
    [InlineData("q=%ff", "q", "%ff")]
    [InlineData("q=%ed%a0%80", "q", "%ed%a0%80")]
    [InlineData("%c3=1", "query", "%c3=1")]
    [InlineData("limit=1&LIMIT=2", "limit", "2")]
    [InlineData("q=a&q=", "q", "")]
    public void What_cannot_is_named_by_parameter_and_value(string query, string field, string value)
    {
        var fault = Check(query);
        Assert.Equal((field, value), (fault?.Field.ToLowerInvariant(), fault?.Value));
    }

    [Theory]
    [InlineData("/api/v1/hosts/100%25", true)]
    [InlineData("/api/v1/hosts/%e4%b8%ad", true)]
    [InlineData("/api/v1/hosts/%zz", false)]
    [InlineData("/api/v1/hosts/%80", false)]
    [InlineData("/api/v1/hosts/%7f", true)]
    public void A_path_is_text_too(string path, bool isTaken) => Assert.Equal(isTaken, QueryRules.CheckPath(path) is null);

    private static FieldFault? Check(string query) => QueryRules.Check(query, name => name == "event");
}
