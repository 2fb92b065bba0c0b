namespace Holdfast.Supervisor.Tests;

public sealed class ComponentFolderTests
{
    [Fact]
    public void Component_names_become_one_safe_folder_each()
    {
        Assert.Equal("10.0.0.1-80%3As%3A0000000001", ComponentFolder.SafeName("10.0.0.1-80:s:0000000001"));
        Assert.Equal("%2E.", ComponentFolder.SafeName(".."));
        Assert.DoesNotContain('/', ComponentFolder.SafeName("a/../b"));
        Assert.NotEqual(ComponentFolder.SafeName(new string('x', 300) + 1),
            ComponentFolder.SafeName(new string('x', 300) + 2));
        Assert.True(ComponentFolder.SafeName(new string('ü', 300)).Length < 255);
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("..\\..\\x")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    [InlineData("%2e%2e%2f")]
    [InlineData(".hidden")]
    [InlineData("-rf")]
    [InlineData("…/‥/x")]
    [InlineData("\ud800/..")]
    public void No_component_s_name_leads_out_of_its_folder(string name)
    {
        var path = new ComponentFolder("/srv/components", name).Path;
        Assert.Equal("/srv/components", Path.GetDirectoryName(Path.GetFullPath(path)));
        Assert.Equal(path, Path.GetFullPath(path));
        Assert.Matches("^[A-Za-z0-9%._~-]+$", Path.GetFileName(path));
        Assert.False(Path.GetFileName(path).StartsWith('.'));
    }
}
