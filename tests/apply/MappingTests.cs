namespace Holdfast.Apply.Tests;

public sealed class MappingTests
{
    [Fact]
    public void A_schema_has_the_name_that_it_is_given_and_others_keep_theirs()
    {
        var mapping = new Mapping { Schemas = new Dictionary<string, string> { ["main"] = "copy" } };
        Assert.Equal(("copy", "orders"), mapping.Target("main", "orders"));
        Assert.Equal(("other", "orders"), mapping.Target("other", "orders"));
    }

    [Theory]
    [InlineData("sales", "copy", "sales")]
    [InlineData("shop.sales", "shop", "sales")]
    [InlineData("shop.sales.old", "shop", "sales.old")]
    [InlineData(".sales", "", "sales")]
    [InlineData(null, "copy", "orders")]
    public void A_table_alone_stays_in_its_schema_and_one_with_a_schema_goes_there(string? sink, string schema, string name)
    {
        var mapping = new Mapping
        {
            Schemas = new Dictionary<string, string> { ["main"] = "copy" }, Tables = [new() { Source = "main.orders", Sink = sink }],
        };
        Assert.Equal((schema, name), mapping.Target("main", "orders"));
    }

    [Theory]
    [InlineData("main.orders", "main", "orders", true)]
    [InlineData("main.orders", "Main", "orders", false)]
    [InlineData("main.orders", "xain", "orders", false)]
    [InlineData("main.orders", "main", "ordery", false)]
    [InlineData("main.orders", "main", "rders", false)]
    [InlineData("main.orders2", "main", "2", false)]
    [InlineData("main_orders", "main", "orders", false)]
    [InlineData("main.orders", "other", "t", false)]
    public void A_table_is_named_with_its_schema_and_no_other_one_is_meant(string source, string schema, string name, bool isMeant) =>
        Assert.Equal(isMeant, new Mapping { Tables = [new() { Source = source }] }.Of(schema, name) is not null);

    [Fact]
    public void Of_two_that_name_one_table_the_first_one_holds()
    {
        var mapping = new Mapping { Tables = [new() { Source = "main.t", Sink = "a" }, new() { Source = "main.t", Sink = "b" }] };
        Assert.Equal(("main", "a"), mapping.Target("main", "t"));
    }
}
