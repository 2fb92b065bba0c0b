using static Holdfast.Contracts.StoreHealth;
using static Holdfast.StoreManager.Tests.Scene;

namespace Holdfast.StoreManager.Tests;

/// <summary>Names of Stores.</summary>
public sealed class StoreNameTests
{
    [Theory]
    [InlineData("10.0.0.7-9000:mysql:0000000012", "mysql")]
    [InlineData("fd00::7-9000:a:b:0000000001", "a:b")]
    [InlineData("-9000:m:1", "m")]
    [InlineData("-9000::1", null)]
    [InlineData("10.0.0.7-9000:mysql", null)]
    [InlineData("mysql:0000000012", null)]
    [InlineData("", null)]
    public void The_subtopic_is_what_stands_between_the_port_and_the_number(string name, string? subtopic) =>
        Assert.Equal(subtopic, StoreName.SubtopicOf(name));

    [Fact]
    public void The_number_has_ten_digits() => Assert.Equal("10.0.0.7-9000:mysql:0000000012", StoreName.Of("10.0.0.7", "mysql", 12));
}
