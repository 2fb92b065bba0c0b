using System.Buffers;

namespace Holdfast.Contracts;

/// <summary>
/// Rules for ids and names that a URL's path carries. A path cannot carry every text: '.' and '..' mean folders, a '/' separates parts, a
/// proxy may decode a '%' twice. And people take two names that look alike for one. Services ask these rules when something is made. What
/// is stored already is never judged again: it must stay readable and removable.
/// </summary>
public static class Ids
{
    /// <summary>
    /// Stands for the id in a path: the id is in the query, under the parameter's own name, because the path cannot carry it.
    /// </summary>
    public const string InQuery = "-";

    /// <summary>Marks that ids of tasks, sources, tokens and people may have.</summary>
    public const string Marks = "-_.";

    /// <summary>Marks that ids of hosts may have: an id may be an address.</summary>
    public const string HostMarks = "-_.:";

    public const int HostMax = 128;

    /// <summary>Characters that browsers, proxies and servers read as a part of the URL itself.</summary>
    private const string Reserved = "/\\%?#;";

    private static readonly SearchValues<char> ReservedValues = SearchValues.Create(Reserved);

    /// <summary>ASCII that is drawn as itself: nothing in it need be looked at letter by letter.</summary>
    private static readonly SearchValues<char> Plain =
        SearchValues.Create([.. Enumerable.Range('!', '~' - '!' + 1).Select(c => (char)c)]);

    /// <summary>Letters, marks and symbols that are drawn as nothing, though their category says otherwise.</summary>
    private static readonly (int From, int To)[] Undrawn =
        [(0x034F, 0x034F), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x2800, 0x2800), (0x3164, 0x3164),
            (0xFE00, 0xFE0F), (0xFFA0, 0xFFA0), (0xE0100, 0xE01EF)];

    /// <summary>Other forms of letters that have a form of their own already: full width, ligatures, mathematical; accents apart.</summary>
    private static readonly (int From, int To)[] Disguised =
        [(0x0300, 0x036F), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0x2100, 0x214F), (0xFB00, 0xFB06),
            (0xFF01, 0xFF9F), (0xFFA1, 0xFFEF), (0x1D400, 0x1D7FF), (0x1F100, 0x1F1FF)];

    /// <summary>Scripts with letters that look the same: one name has letters of one of them.</summary>
    private static readonly (string Script, int From, int To)[] AlikeScripts =
        [("Latin", 0x41, 0x24F), ("Latin", 0x1E00, 0x1EFF), ("Greek", 0x370, 0x3FF), ("Greek", 0x1F00, 0x1FFF),
            ("Cyrillic", 0x400, 0x52F), ("Cyrillic", 0x1C80, 0x1C8F), ("Armenian", 0x530, 0x58F), ("Cherokee", 0x13A0, 0x13FF),
            ("Cherokee", 0xAB70, 0xABBF)];

    /// <summary>The sentence that <see cref="IsAscii"/> keeps.</summary>
    public static string AsciiRule(int most, string marks) => $"must be 1 to {most} letters (a-z, A-Z), digits or "
        + $"{string.Join(' ', marks.Select(m => $"'{m}'"))}, with a letter or a digit among them";

    /// <summary>Allocates nothing: each heartbeat asks.</summary>
    public static bool IsAscii(string? id, int most, string marks)
    {
        if (id is null || id.Length == 0 || id.Length > most)
        {
            return false;
        }

        var hasLetter = false;
        foreach (var c in id)
        {
            var isLetter = char.IsAsciiLetterOrDigit(c);
            if (!isLetter && !marks.Contains(c, StringComparison.Ordinal))
            {
                return false;
            }

            hasLetter |= isLetter;
        }

        return hasLetter;
    }

    /// <summary>Says why people cannot read or find this text of any script; null: it may be a name.</summary>
    public static string? WhyNotName(string? text, int most)
    {
        if (string.IsNullOrEmpty(text) || text.Length > most)
        {
            return $"must be 1 to {most} characters";
        }

        // Each heartbeat asks, and what it has is nearly always plain.
        if (text.AsSpan().IndexOfAnyExcept(Plain) < 0)
        {
            return null;
        }

        if (char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1]))
        {
            return "must not begin or end with a space";
        }

        for (var at = 0; at < text.Length;)
        {
            if (Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var length) != OperationStatus.Done)
            {
                return "must not have half a character (a lone surrogate)";
            }

            if (IsUnseen(rune))
            {
                return $"must not have characters that nobody sees (U+{rune.Value:X4})";
            }

            at += length;
        }

        return null;
    }

    /// <summary>Says why a URL's path cannot carry this text of any script; null: it can.</summary>
    public static string? WhyNotInPath(string? text, int most) => WhyNotName(text, most) switch
    {
        { } rule => rule,
        _ when text is "." or ".." => "must not be '.' or '..', which a URL's path takes for folders",
        _ when text.AsSpan().ContainsAny(ReservedValues) =>
            $"must not have any of {string.Join(' ', Reserved.Select(c => c))}, which belong to the URL itself",
        _ => null,
    };

    /// <summary>
    /// Says as <see cref="WhyNotInPath"/> does why not, and why it could be taken for another one; null: it may be an id.
    /// </summary>
    public static string? WhyNot(string? text, int most)
    {
        if (WhyNotInPath(text, most) is { } rule)
        {
            return rule;
        }

        string? script = null;
        foreach (var rune in text!.EnumerateRunes())
        {
            if (IsIn(Disguised, rune.Value))
            {
                return $"must not have look-alikes of other characters (U+{rune.Value:X4}): type the plain one";
            }

            // Of one word: a name may well have a word of each.
            script = Rune.IsLetterOrDigit(rune) ? script : null;
            if (ScriptOf(rune) is { } its && its != (script ??= its))
            {
                return $"must not mix {script} and {its} letters in a word: they look alike ('{rune}')";
            }
        }

        return null;
    }

    private static bool IsUnseen(Rune rune) => IsIn(Undrawn, rune.Value) || Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
            or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
        UnicodeCategory.SpaceSeparator => rune.Value != ' ',
        _ => false,
    };

    private static string? ScriptOf(Rune rune)
    {
        if (!Rune.IsLetter(rune))
        {
            return null;
        }

        foreach (var (script, from, to) in AlikeScripts)
        {
            if (rune.Value >= from && rune.Value <= to)
            {
                return script;
            }
        }

        return null;
    }

    private static bool IsIn((int From, int To)[] ranges, int value)
    {
        foreach (var (from, to) in ranges)
        {
            if (value >= from && value <= to)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A path with an id: the id itself where a path can carry it, otherwise in the query.</summary>
    /// <param name="before">Up to the id, such as <c>/api/v1/tasks/</c>.</param>
    /// <param name="parameter">Name of the path's parameter: <c>id</c>, for channels and tokens <c>name</c>.</param>
    /// <param name="after">The part that follows the id, such as <c>/release</c>.</param>
    public static string Path(string before, string id, string parameter = "id", string after = "") =>
        id.Length > 0 && id is not ("." or ".." or InQuery) && id.IndexOfAny(['/', '\\', '%']) < 0
            ? before + Uri.EscapeDataString(id) + after
            : $"{before}{InQuery}{after}?{parameter}={Uri.EscapeDataString(id)}";
}
