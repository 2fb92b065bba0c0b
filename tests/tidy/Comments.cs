using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Holdfast.Tidy.Tests;

/// <summary>The comments of a source file; lines that follow each other are one comment on one line, without their marks.</summary>
internal static partial class Comments
{
    private static readonly string[] Braces = [".c", ".h", ".css", ".js", ".razor"];
    private static readonly string[] Hashes = [".sh", ".py", ".yml", ".yaml", ".conf", ".service", ""];
    private static readonly string[] Tags = [".csproj", ".props", ".targets", ".slnx"];

    /// <summary>Nothing of a file whose kind has no comments that are read here.</summary>
    internal static IEnumerable<(int Number, string Text)> Of(string file, string text) => Path.GetExtension(file) switch
    {
        ".cs" => Joined(text, OfCSharp(text)),
        var kind when Braces.Contains(kind) => Joined(text, Matches(Braced(), text)),
        var kind when Hashes.Contains(kind) => Joined(text, Matches(Hashed(), text)),
        var kind when Tags.Contains(kind) => Joined(text, Matches(Tagged(), text)),
        _ => [],
    };

    private static IEnumerable<(int At, string Text)> OfCSharp(string text) =>
        from trivia in CSharpSyntaxTree.ParseText(text).GetRoot().DescendantTrivia()
        where trivia.Kind() is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia
            or SyntaxKind.SingleLineDocumentationCommentTrivia or SyntaxKind.MultiLineDocumentationCommentTrivia
        select (trivia.FullSpan.Start, trivia.ToFullString());

    private static IEnumerable<(int At, string Text)> Matches(Regex comment, string text) =>
        comment.Matches(text).Select(m => (m.Index, m.Value));

    private static IEnumerable<(int Number, string Text)> Joined(string text, IEnumerable<(int At, string Text)> comments)
    {
        var (first, next, joined) = (0, 0, "");
        foreach (var (at, comment) in comments)
        {
            var number = 1 + text.AsSpan(0, at).Count('\n');
            if (joined.Length > 0 && (number != next || !IsAlone(text, at)))
            {
                yield return (first, joined);
                joined = "";
            }

            first = joined.Length == 0 ? number : first;
            next = number + comment.AsSpan().TrimEnd().Count('\n') + 1;
            joined += (joined.Length == 0 ? "" : " ") + Space().Replace(Mark().Replace(comment, ""), " ").Trim();
        }

        if (joined.Length > 0)
        {
            yield return (first, joined);
        }
    }

    /// <summary>Nothing but space is before it on its line: it may go on with what stands above it.</summary>
    private static bool IsAlone(string text, int at) => text.AsSpan(0, at).TrimEnd(" \t") is [] or [.., '\n'];

    [GeneratedRegex(@"(?<!:)//[^\n]*|/\*[\s\S]*?\*/|@\*[\s\S]*?\*@")]
    private static partial Regex Braced();

    [GeneratedRegex(@"(?<=^|[ \t])#[^\n]*", RegexOptions.Multiline)]
    private static partial Regex Hashed();

    [GeneratedRegex(@"<!--[\s\S]*?-->")]
    private static partial Regex Tagged();

    [GeneratedRegex(@"^\s*(?:///?|/\*+|@\*|\*(?!/)|#+|<!--)|(?:\*+/|\*@|-->)\s*$", RegexOptions.Multiline)]
    private static partial Regex Mark();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
