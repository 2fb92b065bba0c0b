namespace Holdfast.Supervisor.Tests;

public sealed class StatusFileTests
{
    [Theory]
    [InlineData("""{"state":"Running","checkpoint":5,"consumers":[{"task":"t","checkpoint":1}],"more":1}""", true)]
    [InlineData("""{"state":"Running","checkpoint":"5x"}""", false)]
    [InlineData("""{"state":"Nonsense"}""", false)]
    [InlineData("""{"checkpoint":5}""", false)]
    [InlineData("""{"state":"Running","consumers":[null]}""", false)]
    [InlineData("""{"state":"Runn""", false)]
    [InlineData("null", false)]
    [InlineData("", false)]
    public void A_status_file_is_understood_or_its_fault_is_named(string json, bool good) =>
        Assert.Equal(good, StatusFile.Parse(Encoding.UTF8.GetBytes(json), default) is StatusRead.Good);

    [Fact]
    public void A_huge_status_file_is_not_read()
    {
        using var directory = new TempDirectory();
        var folder = Directory.CreateDirectory(directory.File("component")).FullName;
        var path = Path.Combine(folder, StatusFile.Name);
        const string Good = """{"state":"Running"}""";
        File.WriteAllText(path, Good.PadRight(StatusFile.BytesMax));
        Assert.IsType<StatusRead.Good>(StatusFile.Read(folder, null));
        File.WriteAllText(path, Good.PadRight(StatusFile.BytesMax + 1));
        Assert.IsType<StatusRead.Bad>(StatusFile.Read(folder, null));
        File.Delete(path);
        Assert.IsType<StatusRead.Missing>(StatusFile.Read(folder, null));
        Directory.Delete(folder);
        Assert.IsType<StatusRead.Missing>(StatusFile.Read(folder, null));
    }
}
