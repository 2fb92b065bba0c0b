namespace Holdfast.Rules.Apply.Keys;

/// <summary>
/// Text as the laxest of the usual collations compares it: without case, accents, width, trailing spaces, marks and invisible characters.
/// All characters beyond the first plane are one, as in <c>utf8mb4_general_ci</c>. Texts that any sink may take for equal fold to the same;
/// of different texts some do, and their rows wait for each other without need. Never a value that is written.
/// </summary>
internal static class TextFold
{
    /// <summary>Adds the folded text to a hash.</summary>
    internal static void Add(ref Hash64 hash, ReadOnlySpan<byte> utf8)
    {
        var word = new Word();
        while (!utf8.IsEmpty)
        {
            if (Ascii.IsValid(utf8[0]))
            {
                Fold((char)utf8[0], ref word, ref hash);
                utf8 = utf8[1..];
                continue;
            }

            // Bytes that are no UTF-8 become U+FFFD, each.
            Rune.DecodeFromUtf8(utf8, out var rune, out var consumed);
            utf8 = utf8[consumed..];
            Fold(rune.IsBmp ? (char)rune.Value : (char)Rune.ReplacementChar.Value, ref word, ref hash);
        }

        word.End(ref hash);
    }

    private static void Fold(char c, ref Word word, ref Hash64 hash)
    {
        switch (Folded(c))
        {
            case '\0': break;
            case ' ': word.Spaces++; break;
            case 'æ': word.Put('a', ref hash); word.Put('e', ref hash); break;
            case 'œ': word.Put('o', ref hash); word.Put('e', ref hash); break;
            case 'þ': word.Put('t', ref hash); word.Put('h', ref hash); break;
            case var folded: word.Put(folded, ref hash); break;
        }
    }

    /// <summary>One character; 0: it is not seen.</summary>
    private static char Folded(char c) => c switch
    {
        < ' ' => '\0',
        < '\u007F' => (uint)(c - 'A') <= 'Z' - 'A' ? (char)(c | ' ') : c,
        < '\u00A0' or '\u00AD' => '\0',
        '\u00A0' or '\u3000' => ' ',
        < '\u00C0' => c,
        < '\u0250' => Latin[c - 0xC0],
        < '\u0300' => char.ToLowerInvariant(c),
        < '\u0370' => '\0',
        < '\u0530' => Visible(GreekAndCyrillic[c - 0x370]),
        < '\u1E00' => Visible(char.ToLowerInvariant(c)),
        < '\u2000' => Additional[c - 0x1E00],
        < '\u200B' => ' ',
        < '\u2010' or (>= '\u202A' and <= '\u202E') or (>= '\u2060' and <= '\u206F') or (>= '\u20D0' and <= '\u20FF') => '\0',
        '\u212A' => 'k',
        '\u212B' => 'a',
        '\u3099' or '\u309A' => '\0',
        >= '\u3041' and <= '\u30FF' => Kana[c - 0x3041],
        (>= '\uFE00' and <= '\uFE0F') or (>= '\uFE20' and <= '\uFE2F') or '\uFEFF' => '\0',
        >= '\uFF01' and <= '\uFF5E' => Folded((char)(c - 0xFEE0)),
        _ => char.ToLowerInvariant(c),
    };

    private static char Visible(char c) => c is (>= '\u0483' and <= '\u0489') or (>= '\u0591' and <= '\u05C7')
        or (>= '\u064B' and <= '\u065F') or (>= '\u1AB0' and <= '\u1AFF') or (>= '\u1DC0' and <= '\u1DFF') ? '\0' : c;

    /// <summary>Four characters at a time; spaces are kept back until something follows them, and "ss" is one s, as "ß" is.</summary>
    private struct Word
    {
        private ulong _bits;
        private int _count;
        private char _last;

        internal int Spaces { get; set; }

        internal void Put(char c, ref Hash64 hash)
        {
            for (; Spaces > 0; Spaces--)
            {
                Append(' ', ref hash);
            }

            if (c != 's' || _last != 's')
            {
                Append(c, ref hash);
            }
        }

        internal readonly void End(ref Hash64 hash)
        {
            hash.Add(_bits);
            hash.Add((ulong)_count);
        }

        private void Append(char c, ref Hash64 hash)
        {
            _last = c;
            _bits = _bits << 16 | c;
            if (++_count % 4 == 0)
            {
                hash.Add(_bits);
                _bits = 0;
            }
        }
    }

    // Each character's base letter in lower case, by Unicode's decompositions: U+00C0 to U+024F, U+0370 to U+052F, U+1E00 to U+1FFF,
    // and U+3041 to U+30FF. Katakana are as hiragana, without voice marks, small ones as large ones.
    private const string Latin =
        "aaaaaaæceeeeiiiidnooooo×ouuuuyþsaaaaaaæceeeeiiiidnooooo÷ouuuuyþyaaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiĲĳjj" +
        "kkĸllllllĿŀllnnnnnnŉŋŋooooooœœrrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzsbɓƃƃƅƅɔƈƈɖɗƌƌƍǝəɛƒƒɠɣƕɩiƙƙƚƛɯɲƞɵooƣƣƥƥʀƨƨʃƪƫ" +
        "ƭƭʈuuʊʋƴƴƶƶʒƹƹƺƻƽƽƾƿǀǁǂǃǄǅǆǇǈǉǊǋǌaaiioouuuuuuuuuuǝaaaaææǥǥggkkooooʒʒjǱǲǳggƕƿnnaaææøøaaaaeeeeiiiioooorrrruuuussttȝȝhhƞȡ" +
        "ȣȣȥȥaaeeooooooooyyȴȵȶȷȸȹⱥȼȼƚⱦȿɀɂɂƀʉʌɇɇɉɉɋɋɍɍɏɏ";

    private const string GreekAndCyrillic =
        "ͱͱͳͳʹ͵ͷͷ\u0378\u0379 ͻͼͽ;ϳ\u0380\u0381\u0382\u0383  α·εηι\u038Bο\u038Dυωιαβγδεζηθικλμνξοπρ\u03A2στυφχψωιυαεηιυαβγδεζηθ" +
        "ικλμνξοπρσστυφχψωιυουωϗβθυυυφπϗϙϙϛϛϝϝϟϟϡϡϣϣϥϥϧϧϩϩϫϫϭϭϯϯκρσϳθε϶ϸϸσϻϻϼͻͼͽееђгєѕііјљњћкиуџабвгдежзииклмнопрстуфхцчшщъыьэю" +
        "яабвгдежзииклмнопрстуфхцчшщъыьэюяееђгєѕііјљњћкиуџѡѡѣѣѥѥѧѧѩѩѫѫѭѭѯѯѱѱѳѳѵѵѵѵѹѹѻѻѽѽѿѿҁҁ҂\u0483\u0484\u0485\u0486\u0487" +
        "\u0488\u0489ҋҋҍҍҏҏґґғғҕҕҗҗҙҙққҝҝҟҟҡҡңңҥҥҧҧҩҩҫҫҭҭүүұұҳҳҵҵҷҷҹҹһһҽҽҿҿӏжжӄӄӆӆӈӈӊӊӌӌӎӎӏааааӕӕееәәәәжжззӡӡииииооөөөөээуууууу" +
        "ччӷӷыыӻӻӽӽӿӿԁԁԃԃԅԅԇԇԉԉԋԋԍԍԏԏԑԑԓԓԕԕԗԗԙԙԛԛԝԝԟԟԡԡԣԣԥԥԧԧԩԩԫԫԭԭԯԯ";

    private const string Additional =
        "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmmmmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuu" +
        "uuuuuuvvvvwwwwwwwwwwxxxxyyzzzzzzhtwyẚsẜẝsẟaaaaaaaaaaaaaaaaaaaaaaaaeeeeeeeeeeeeeeeeiiiioooooooooooooooooooooooouuuuuuuu" +
        "uuuuuuyyyyyyyyỻỻỽỽỿỿααααααααααααααααεεεεεε\u1F16\u1F17εεεεεε\u1F1E\u1F1Fηηηηηηηηηηηηηηηηιιιιιιιιιιιιιιιιοοοοοο\u1F46" +
        "\u1F47οοοοοο\u1F4E\u1F4Fυυυυυυυυ\u1F58υ\u1F5Aυ\u1F5Cυ\u1F5Eυωωωωωωωωωωωωωωωωααεεηηιιοουυωω\u1F7E\u1F7Fαααααααααααααααα" +
        "ηηηηηηηηηηηηηηηηωωωωωωωωωωωωωωωωααααα\u1FB5ααααααα ι   ηηη\u1FC5ηηεεηηη   ιιιι\u1FD4\u1FD5ιιιιιι\u1FDC   υυυυρρυυυυυυρ" +
        "  `\u1FF0\u1FF1ωωω\u1FF5ωωοοωωω  \u1FFF";

    private const string Kana =
        "ああいいううええおおかかききくくけけここささししすすせせそそたたちちつつつててととなにぬねのはははひひひふふふへへへほほほまみむめもややゆゆよよらりるれろわわゐゑをんうかけ\u3097\u3098\u3099\u309A  ゝゝゟ゠ああ" +
        "いいううええおおかかききくくけけここささししすすせせそそたたちちつつつててととなにぬねのはははひひひふふふへへへほほほまみむめもややゆゆよよらりるれろわわゐゑをんうかけワヰヱヲ・ーヽヽヿ";
}
