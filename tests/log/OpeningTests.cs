namespace Holdfast.Log.Tests;

public sealed class OpeningTests
{
    [Fact]
    public void A_second_writer_is_refused_until_the_first_one_has_ended()
    {
        using var scene = new LogScene(501);
        var first = scene.Open();
        var refused = StoreLog.Open(scene.Options).Fault;
        Assert.Equal(("DP-201", true), (refused?.Code, refused?.IsPassing));
        first.Dispose();
        first.Dispose();
        Assert.Equal("DP-206", first.Append(new AliveEvent(new Position(1, 1), 1))?.Code);
        scene.Open().Dispose();
    }

    [Fact]
    public void Another_source_s_log_is_refused_and_stays_as_it_is()
    {
        using var scene = Written();
        var before = File.ReadAllBytes(scene.Segments()[^1]);
        Assert.Equal("DP-202", StoreLog.Open(scene.Options with { SystemId = "two" }).Fault?.Code);
        Assert.Equal("DP-202", StoreLog.Open(scene.Options with { SourceKind = "other" }).Fault?.Code);
        Assert.Equal(before, File.ReadAllBytes(scene.Segments()[^1]));
        using var log = scene.Open();
        LogScene.AssertSame(scene.Made, LogScene.ReadAll(log));
    }

    [Fact]
    public void A_segment_of_another_source_in_this_folder_is_refused()
    {
        using var scene = Written();
        using var other = Written("two");
        File.Copy(other.Segments()[^1], scene.Segments()[^1], overwrite: true);
        Assert.Equal("DP-202", StoreLog.Open(scene.Options).Fault?.Code);
    }

    [Fact]
    public void A_newer_format_is_refused_whatever_else_it_says()
    {
        using var scene = Written();
        var manifest = File.ReadAllText(scene.File("MANIFEST"));
        File.WriteAllText(scene.File("MANIFEST"), manifest.Replace("\"format\": 1", "\"format\": 2, \"later\": true"));
        Assert.Equal("DP-203", StoreLog.Open(scene.Options).Fault?.Code);
    }

    [Fact]
    public void A_manifest_that_is_missing_damaged_or_older_than_the_segments_is_refused()
    {
        using var scene = Written();
        var manifest = File.ReadAllText(scene.File("MANIFEST"));
        var other = manifest.Replace("1/", "2/");
        foreach (var damaged in new[] { "", "{", "null", manifest[..^10], manifest.Replace("\"test\"", "\"tes\""), other })
        {
            File.WriteAllText(scene.File("MANIFEST"), damaged);
            Assert.Equal("DP-204", StoreLog.Open(scene.Options).Fault?.Code);
        }

        File.Delete(scene.File("MANIFEST"));
        Assert.Equal("DP-204", StoreLog.Open(scene.Options).Fault?.Code);
        File.WriteAllText(scene.File("MANIFEST"), manifest);
        File.Copy(scene.Segments()[^1], scene.File("000000000099.seg"));
        Assert.Equal("DP-204", StoreLog.Open(scene.Options).Fault?.Code);
    }

    [Fact]
    public void A_segment_that_was_begun_and_never_named_is_begun_again()
    {
        using var scene = Written();
        File.WriteAllBytes(scene.File($"{scene.Segments().Length + 1:D12}.seg"), new byte[40]);
        File.WriteAllBytes(scene.File("spool"), new byte[4_000]);
        using var log = scene.OpenTold();
        scene.Append(log, 20);
        log.Flush();
        LogScene.AssertSame(scene.Made, LogScene.ReadAll(log));
        Assert.False(File.Exists(scene.File("spool")));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_a_fault()
    {
        using var scene = Written();
        var refused = StoreLog.Open(scene.Options with { Folder = Path.Combine(scene.File("MANIFEST"), "log") }).Fault;
        Assert.Equal("DP-205", refused?.Code);
    }

    private static LogScene Written(string systemId = "one")
    {
        var scene = new LogScene(502, o => o with { SegmentBytes = 2_000, SystemId = systemId });
        using var log = scene.OpenTold();
        scene.Append(log, 20);
        return scene;
    }
}
