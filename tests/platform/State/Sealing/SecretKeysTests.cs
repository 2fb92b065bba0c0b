using System.Security.Cryptography;
using Holdfast.Platform.State.Sealing;

namespace Holdfast.Platform.Tests.State.Sealing;

public sealed class SecretKeysTests : IDisposable
{
    private static readonly string One = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
    private static readonly string Two = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private SecretKeys Keys(params string[] lines)
    {
        File.WriteAllLines(_directory.File("keys"), lines);
        return SecretKeys.Load(new Settings { SecretsKey = _directory.File("keys"), DataDirectory = _directory.Location }).Value!;
    }

    [Theory]
    [InlineData("")]
    [InlineData("p@ss wörd")]
    [InlineData("sealed:1:0a1b2c3d:AAAA")]
    [InlineData("plain:x")]
    public void What_is_sealed_opens_again_and_does_not_show_what_it_is(string text)
    {
        var keys = Keys(One);
        var stored = keys.Seal(text, "things/a");
        Assert.Equal(text, keys.Open(stored, "things/a"));
        Assert.Equal(text, keys.Open(stored, "things/a"));
        Assert.StartsWith($"sealed:1:{keys.Ids[0]}:", stored, StringComparison.Ordinal);
        Assert.DoesNotContain(One, stored, StringComparison.Ordinal);
        Assert.NotEqual(stored, keys.Seal(text, "things/a"));
        // Without a key it is as it was given, whatever it looks like.
        Assert.Equal(text, SecretKeys.None.Open(SecretKeys.None.Seal(text, "things/a"), "things/a"));
    }

    [Fact]
    public void A_text_from_before_there_was_a_key_is_read_as_it_is() => Assert.Equal("old", Keys(One).Open("old", "things/a"));

    [Fact]
    public void A_key_that_is_replaced_opens_until_it_is_taken_out()
    {
        var stored = Keys(One).Seal("secret", "things/a");
        var both = Keys(Two, One);
        Assert.Equal("secret", both.Open(stored, "things/a"));
        Assert.False(both.IsCurrent(stored));
        Assert.True(both.IsCurrent(both.Seal("secret", "things/a")));
        Assert.Contains("PF-219", Unopened(Keys(Two), stored, "things/a"), StringComparison.Ordinal);
        Assert.Contains("PF-219", Unopened(SecretKeys.None, stored, "things/a"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_moved_to_another_document_or_changed_does_not_open()
    {
        var keys = Keys(One);
        var stored = keys.Seal("secret", "things/a");
        Assert.Contains("another document's", Unopened(keys, stored, "things/b"), StringComparison.Ordinal);
        var changed = stored[..^2] + (stored[^2] == 'A' ? 'B' : 'A') + stored[^1];
        Assert.Contains("PF-219", Unopened(keys, changed, "things/a"), StringComparison.Ordinal);
        Assert.Contains("PF-219", Unopened(keys, stored[..40], "things/a"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("abcd")]
    [InlineData("a key that people made up, long enough to look like one of them, no")]
    public void A_file_without_keys_is_refused_by_its_name_and_its_rule(string text)
    {
        File.WriteAllText(_directory.File("keys"), text);
        var fault = SecretKeys.Load(new Settings { SecretsKey = _directory.File("keys") }).Fault!;
        Assert.Equal("PF-218", fault.Code);
        Assert.Contains(_directory.File("keys"), fault.Detail, StringComparison.Ordinal);
        Assert.True(text.Length == 0 || !fault.Detail.Contains(text, StringComparison.Ordinal), "the file's text is shown");
    }

    [Fact]
    public void Beside_a_state_file_a_key_is_made_once_for_its_user_alone_and_a_shared_store_has_none_by_itself()
    {
        var settings = new Settings { DataDirectory = _directory.Location };
        var shared = settings with { Store = new StoreAddress("postgres://u:p@localhost/h") };
        Assert.Empty(SecretKeys.Load(shared).Value!.Ids);
        var made = SecretKeys.Load(settings).Value!.Ids;
        Assert.Equal(made, SecretKeys.Load(settings).Value!.Ids);
        Assert.Equal(PrivateFiles.OfFile, File.GetUnixFileMode(_directory.File(SecretKeys.FileName)));
        // A state that moves to a server keeps its key.
        Assert.Equal(made, SecretKeys.Load(shared).Value!.Ids);
    }

    private static string Unopened(SecretKeys keys, string stored, string where) =>
        Assert.Throws<StateUnavailableException>(() => keys.Open(stored, where)).Message;
}
