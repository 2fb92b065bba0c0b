namespace Holdfast.Platform.Tests.Http;

public sealed class DescriptorsTests
{
    private const string Limits = """
        Limit                     Soft Limit           Hard Limit           Units
        Max cpu time              unlimited            unlimited            seconds
        Max open files            4096                 524288               files
        """;

    [Fact]
    public void The_limit_that_holds_is_read_and_none_is_none()
    {
        Assert.Equal(4096, Descriptors.Allowed(Limits));
        Assert.Null(Descriptors.Allowed(Limits.Replace("4096 ", "unlimited", StringComparison.Ordinal)));
        Assert.Null(Descriptors.Allowed("nothing"));
    }

    [Theory]
    [InlineData(3584, 4096L, true)]
    [InlineData(3585, 4096L, false)]
    [InlineData(1_000_000, null, true)]
    public void Connections_need_a_descriptor_each_and_some_besides(int connections, long? allowed, bool fits)
    {
        var fault = Descriptors.WhyNot(connections, allowed);
        Assert.Equal(fits, fault is null);
        Assert.True(fits || fault!.Code == "PF-221" && fault.Detail.Contains("needs 4097 descriptors; this process may open 4096",
            StringComparison.Ordinal) && fault.Workaround.Contains("--connections-max 3584", StringComparison.Ordinal), fault?.Detail);
    }
}
