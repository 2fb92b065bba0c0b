using Holdfast.Rules.Apply.Keys;

namespace Holdfast.Apply.Tests;

/// <summary>Texts as the laxest collation compares them; pairs that are alike and such that are not are in KeyHashTests.</summary>
public sealed class TextFoldTests
{
    /// <summary>Characters by their code: the first and the last one of each range.</summary>
    [Theory]
    [InlineData("0000 001F 007F 009F 00AD 0300 036F 200B 200F 202A 202E 2060 206F 20D0 20FF 3099 309A FE00 FE0F FE20 FE2F FEFF")]
    [InlineData("0483 0489 0591 05C7 064B 065F 1AB0 1AFF 1DC0 1DFF")]
    public void Marks_and_what_is_not_seen_are_left_out(string codes) => Each(codes, c =>
    {
        Assert.Equal(Hash("xy"), Hash($"x{c}y"));
    });

    [Theory]
    [InlineData("0020 00A0 2000 200A 3000")]
    public void Spaces_are_one_character(string codes) => Each(codes, c =>
    {
        Assert.Equal(Hash("x y"), Hash($"x{c}y"));
        Assert.Equal(Hash("x"), Hash($"x{c}"));
    });

    [Theory]
    [InlineData("0021 007E 00A1 00BF 00C0 024F 0250 02FF 0370 052F 0530 1E00 1FFF 2010 2029 202F 205F 2070 20CF 2100 3040 3041 30FF 3100")]
    [InlineData("FDFF FE10 FE1F FE30 FF00 FF01 FF5E FF5F 0482 048A 0590 05C8 064A 0660 1AAF 1B00 1DBF")]
    public void What_is_beside_them_is_seen(string codes) => Each(codes, c =>
    {
        Assert.NotEqual(Hash("xy"), Hash($"x{c}y"));
        Assert.NotEqual(Hash("x y"), Hash($"x{c}y"));
    });

    [Theory]
    [InlineData("A", "a")]
    [InlineData("Z", "z")]
    [InlineData("À", "a")]
    [InlineData("Ɏ", "ɏ")]
    [InlineData("Ɐ", "ɐ")]
    [InlineData("Ͱ", "ͱ")]
    [InlineData("Ԯ", "ԯ")]
    [InlineData("Ա", "ա")]
    [InlineData("Ḁ", "a")]
    [InlineData("ῼ", "ω")]
    [InlineData("\u212A", "k")]
    [InlineData("\u212B", "a")]
    [InlineData("ぁ", "あ")]
    [InlineData("ァ", "あ")]
    [InlineData("！", "!")]
    [InlineData("～", "~")]
    [InlineData("Ⅷ", "ⅷ")]
    [InlineData("Þ", "th")]
    [InlineData("ß", "ss")]
    [InlineData("ß", "s")]
    public void A_letter_is_its_base_letter(string a, string b) => Assert.Equal(Hash(a), Hash(b));

    [Theory]
    [InlineData("@", "`")]
    [InlineData("[", "{")]
    [InlineData("s s", "ss")]
    [InlineData("sa", "a")]
    [InlineData("sas", "sa")]
    [InlineData("a b", "a  b")]
    [InlineData("abcde", "xbcde")]
    [InlineData("aaaaa", "aaaa")]
    public void Others_are_others(string a, string b) => Assert.NotEqual(Hash(a), Hash(b));

    [Fact]
    public void Each_byte_that_is_no_UTF_8_is_one_character_and_so_is_each_beyond_the_first_plane()
    {
        Assert.Equal(Hash("\uFFFD"), Hash([0x80]));
        Assert.Equal(Hash("\uFFFD"), Hash([0xFF]));
        Assert.Equal(Hash("\uFFFD\uFFFDa"), Hash([0x80, 0xC3, (byte)'A']));
        Assert.Equal(Hash("\uFFFD"), Hash("\U0001F363"));
    }

    /// <summary>Worked out by a second program: four characters of 16 bits at a time, what is left, and their count.</summary>
    [Fact]
    public void The_hash_is_the_same_on_each_machine() => Assert.Equal(0xb92bbd771504344ul, Hash("One two three "));

    private static void Each(string codes, Action<char> check)
    {
        foreach (var code in codes.Split(' '))
        {
            check((char)int.Parse(code, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        }
    }

    private static ulong Hash(string text) => Hash(Encoding.UTF8.GetBytes(text));

    private static ulong Hash(byte[] utf8)
    {
        var hash = new Hash64(1);
        hash.Add(7);
        TextFold.Add(ref hash, utf8);
        return hash.Value;
    }
}
