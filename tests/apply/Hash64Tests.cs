using Holdfast.Rules.Apply.Keys;

namespace Holdfast.Apply.Tests;

public sealed class Hash64Tests
{
    /// <summary>
    /// The number is in the names of rows with long keys, so in tickets that people keep. Worked out by a second program from what the
    /// hash is said to be: the length, then eight bytes at a time, the first one lowest.
    /// </summary>
    [Theory]
    [InlineData("", 0x96590a812308c7f8)]
    [InlineData("a", 0xf2067099a5ac2704)]
    [InlineData("abcdefgh", 0x1ffd0eec14876661)]
    [InlineData("abcdefghi", 0x35cf4c52d6226fb6)]
    [InlineData("abcdefghijklmnop", 0x21fca5de2c319ce0)]
    [InlineData("abcdefghijklmnopqrstuvw", 0xdd23debc1592c669)]
    public void The_hash_of_bytes_is_the_same_in_each_version(string text, ulong value)
    {
        var hash = new Hash64(0);
        hash.Add(Encoding.UTF8.GetBytes(text));
        Assert.Equal(value, hash.Value);
    }

    [Fact]
    public void A_seed_and_words_make_another_one()
    {
        var hash = new Hash64(7);
        hash.Add(1);
        hash.Add(2);
        Assert.Equal(0x3c4a73a1a4f25c11ul, hash.Value);
    }
}
