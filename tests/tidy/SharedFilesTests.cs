namespace Holdfast.Tidy.Tests;

/// <summary>
/// A file that two test projects compile lies where that is seen. HoldfastProcess once lay among the tests of one project and was
/// compiled by another as well. A change for the first broke the build of the second, and nobody who changed it had built both.
/// </summary>
public sealed partial class SharedFilesTests
{
    [Fact]
    public void A_test_project_compiles_no_file_of_another_one() => Tree.None(
        "Move these to a folder of tests/shared (namespace Holdfast.Tests), for the other project's people to see who compiles them:",
        from project in Tree.Files
        where project.StartsWith("tests/", StringComparison.Ordinal) && project.EndsWith(".csproj", StringComparison.Ordinal)
        from file in Foreign(Tree.Text(project))
        select $"{project}: {file}");

    [Theory]
    [InlineData("<Compile Include=\"../shared/live/Api.cs\" LinkBase=\"Shared\" />")]
    [InlineData("<Compile Include=\"../../samples/kafka/*.cs;../shared/*.cs\" />")]
    [InlineData("<ProjectReference Include=\"../alerting/A.csproj\" />")]
    public void Shared_files_and_samples_may_be_compiled(string project) => Assert.Empty(Foreign(project));

    [Theory]
    [InlineData("<Compile Include=\"../shared/*.cs;../integration/Proc.cs\" />", "../integration/Proc.cs")]
    [InlineData("<Compile Link=\"Proc.cs\" Include=\"../integration/Proc.cs\" />", "../integration/Proc.cs")]
    public void Those_of_another_project_may_not(string project, string file) => Assert.Equal(file, Assert.Single(Foreign(project)));

    private static IEnumerable<string> Foreign(string project) => Compiled().Matches(project)
        .SelectMany(m => m.Groups[1].Value.Split(';'))
        .Where(f => f.StartsWith("../", StringComparison.Ordinal) && !f.StartsWith("../../", StringComparison.Ordinal))
        .Where(f => !f.StartsWith("../shared/", StringComparison.Ordinal));

    [GeneratedRegex(@"<Compile\b[^>]*\bInclude=""([^""]*)""")]
    private static partial Regex Compiled();
}
