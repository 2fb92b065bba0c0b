namespace Holdfast.Tidy.Tests;

/// <summary>Sentences of pages and comments are short enough to be read once, at night and in a second language.</summary>
public sealed partial class SentencesTests
{
    private const int WordsMax = 30;

    [Fact]
    public void No_sentence_of_a_page_has_more_than_thirty_words() => None(
        from file in Tree.Files
        where file.EndsWith(".md", StringComparison.Ordinal) && !file.StartsWith("tests/", StringComparison.Ordinal)
        from text in OfPage(Tree.Text(file))
        select (file, text.Number, text.Text));

    [Fact]
    public void No_sentence_of_a_comment_has_more_than_thirty_words() => None(
        from file in Tree.Code
        from comment in Comments.Of(file, Tree.Text(file))
        where !Usage().IsMatch(comment.Text)
        select (file, comment.Number, comment.Text));

    [Theory]
    [InlineData("The host is Down. It was silent.", "The host is Down.", "It was silent.")]
    [InlineData("It is so: The rest follows; then more (e.g. this).", "It is so:", "The rest follows; then more (e.g.", "this).")]
    [InlineData("It reads `a. B c d` and [a page. Of it](b.md#c).", "It reads X and a page.", "Of it.")]
    [InlineData("<summary>One <see cref=\"A b c\"/>.</summary> <param name=\"x\">Two</param>", "One X.", "Two")]
    public void A_text_is_taken_apart_at_its_full_stops(string text, params string[] sentences) =>
        Assert.Equal(sentences, Sentences(text));

    [Fact]
    public void Items_cells_and_headings_of_a_page_are_texts_of_their_own()
    {
        const string Page = "# One\n\nTwo\nthree\n- four\n  five\n```\nsix\n```\n\n| seven | eight |\n|---|---|\n1. nine\n";
        Assert.Equal([(1, "One"), (3, "Two three"), (5, "four five"), (11, "seven"), (11, "eight"), (13, "nine")], OfPage(Page));
    }

    [Theory]
    [InlineData(30, false)]
    [InlineData(31, true)]
    public void Thirty_words_are_short_enough(int words, bool isLong)
    {
        var sentence = string.Join(' ', Enumerable.Repeat("word", words)) + " 1,000 – 2 `code that is long`";
        Assert.Equal(isLong, Words(Assert.Single(Sentences(sentence[..^" `code that is long`".Length]))) > WordsMax);
        Assert.Equal(words + 1, Words(Assert.Single(Sentences(sentence))));
    }

    private static void None(IEnumerable<(string File, int Number, string Text)> texts) => Tree.None(
        $"Say each of these in several sentences of at most {WordsMax} words; first the rule, then its reason or exception:",
        from text in texts
        from sentence in Sentences(text.Text)
        where Words(sentence) > WordsMax
        select $"{text.File}:{text.Number} ({Words(sentence)} words): {sentence}");

    /// <summary>Paragraphs, items of lists, cells of tables and headings, each on one line, without code blocks.</summary>
    private static IEnumerable<(int Number, string Text)> OfPage(string page)
    {
        var (first, joined) = (0, "");
        var lines = CodeBlock().Replace(page, m => new string('\n', m.Value.Count('\n'))).Split('\n');
        foreach (var (number, line) in lines.Select((l, i) => (i + 1, l.Trim())))
        {
            if (joined.Length > 0 && Begins().IsMatch(line))
            {
                yield return (first, joined);
                joined = "";
            }

            if (line.StartsWith('|'))
            {
                foreach (var cell in line.Split('|', StringSplitOptions.RemoveEmptyEntries).Where(c => c.Any(char.IsLetter)))
                {
                    yield return (number, cell.Trim());
                }
            }
            else if (line.Length > 0)
            {
                first = joined.Length == 0 ? number : first;
                joined += (joined.Length == 0 ? "" : " ") + Bullet().Replace(line, "");
            }
        }

        if (joined.Length > 0)
        {
            yield return (first, joined);
        }
    }

    /// <summary>A piece of code is one word, a link is its text, a tag of a documentation comment ends a sentence.</summary>
    private static IEnumerable<string> Sentences(string text)
    {
        var plain = Link().Replace(Code().Replace(text, "X"), "$1");
        return End().Split(Tag().Replace(plain, "\n")).Select(s => s.Trim()).Where(s => s.Length > 0);
    }

    private static int Words(string sentence) => sentence.Split(' ').Count(w => w.Any(char.IsLetter));

    /// <summary>A program's ways to be called, in columns, before its first line.</summary>
    [GeneratedRegex(@"^(?:!\S+ bash )?\./")]
    private static partial Regex Usage();

    [GeneratedRegex(@"```[\s\S]*?```")]
    private static partial Regex CodeBlock();

    /// <summary>A line with which another text begins: an empty one, an item, a heading, a row.</summary>
    [GeneratedRegex(@"^$|^(?:[-*]|\d+\.|#+)\s|^\|")]
    private static partial Regex Begins();

    [GeneratedRegex(@"^(?:[-*]|\d+\.|#+)\s+")]
    private static partial Regex Bullet();

    [GeneratedRegex(@"`[^`]*`|<(?:see|paramref|typeparamref)\b[^>]*/>")]
    private static partial Regex Code();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"</?(?:summary|param|typeparam|returns|remarks|exception|para|code|c|list|item|description)\b[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex("""(?<=[.!?]["”)*_]*)\s+|(?<=[:;])\s+(?=[A-Z])|\n""")]
    private static partial Regex End();
}
