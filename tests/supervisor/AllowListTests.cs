namespace Holdfast.Supervisor.Tests;

public sealed class AllowListTests : IDisposable
{
    private readonly TempDirectory _root = new();

    public AllowListTests()
    {
        Directory.CreateDirectory(In("bin"));
        Directory.CreateDirectory(In("bin-other"));
        Directory.CreateDirectory(In("scripts/deep"));
        foreach (var file in (string[])["bin/tool", "bin-other/tool", "scripts/a.dll", "scripts/deep/b.dll", "run", "mine"])
        {
            File.WriteAllText(In(file), "");
        }

        File.CreateSymbolicLink(In("link"), In("run"));
        File.CreateSymbolicLink(In("bin/out"), In("mine"));
    }

    public void Dispose() => _root.Dispose();

    private string In(string path) => Path.Combine(_root.Location, path);

    private bool Allows(string list, params string[] command) => AllowList.Parse(Rooted(list))
        .Allows([.. command.Select(Rooted)], $"{In("nowhere")}:{In("bin")}", _root.Location);

    private string Rooted(string text) => text.Replace("R/", _root.Location + "/", StringComparison.Ordinal);

    [Theory]
    [InlineData("R/run", "R/run", true)]
    [InlineData("R/run", "R/link", true)]
    [InlineData("R/link", "R/run", true)]
    [InlineData("R/run", "R/mine", false)]
    [InlineData("R/run", "R/missing", false)]
    [InlineData("R/missing", "R/missing", false)]
    [InlineData("R/bin/", "R/bin/tool", true)]
    [InlineData("R/bin/", "tool", true)]
    [InlineData("R/bin/", "R/bin/../bin-other/tool", false)]
    [InlineData("R/bin/", "R/bin-other/tool", false)]
    [InlineData("R/bin/", "R/bin/out", false)]
    [InlineData("R/bin/", "./bin/tool", true)]
    [InlineData("R/mine", "mine", false)]
    [InlineData("# R/run\n\n", "R/run", false)]
    public void A_program_is_compared_as_the_system_finds_it(string list, string program, bool allowed) =>
        Assert.Equal(allowed, Allows(list, program));

    [Theory]
    [InlineData("R/scripts/a.dll", true)]
    [InlineData("R/scripts/deep/b.dll", true)]
    [InlineData("scripts/a.dll", true)]
    [InlineData("R/scripts/../mine", false)]
    [InlineData("-c", false)]
    [InlineData("exec", false)]
    [InlineData("", false)]
    public void An_interpreter_may_be_held_to_a_directory_of_scripts(string argument, bool allowed) =>
        Assert.Equal(allowed, Allows("R/run R/scripts/", "R/run", argument, "more"));

    [Fact]
    public void Without_an_argument_an_interpreter_reads_its_input() => Assert.False(Allows("R/run R/scripts/", "R/run"));

    [Theory]
    [InlineData("tool")]
    [InlineData("/bin/ /scripts/")]
    [InlineData("/run script")]
    [InlineData("/run /scripts")]
    public void Another_line_is_refused_by_its_number(string line) => Assert.StartsWith("line 2 ",
        Assert.Throws<FormatException>(() => AllowList.Parse($"/run\n{line}")).Message, StringComparison.Ordinal);
}
