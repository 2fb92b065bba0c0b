using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Holdfast.Tidy.Tests;

/// <summary>
/// One brace style in the whole tree. A body is always a block. A block that spans lines opens on a line of its own, and so do a type and
/// a list of accessors. Initializers, patterns and switch expressions may open behind what they belong to.
/// </summary>
public sealed class BracesTests
{
    [Fact]
    public void A_body_is_a_block_and_a_block_opens_on_a_line_of_its_own() => Tree.None(
        "Write the body of if, else, for, foreach, while, do, using, lock and fixed in braces, and an opening brace on a line of its own:",
        Tree.Sources.AsParallel().SelectMany(f => Faults(f, Tree.Text(f))).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("if (a) { return; }", 0)]
    [InlineData("if (a) return;", 1)]
    [InlineData("if (a)\n{\n    return;\n}\nelse if (b)\n{\n    Do();\n}", 0)]
    [InlineData("if (a) { Do(); } else return;", 1)]
    [InlineData("if (a) {\n    return;\n}", 1)]
    [InlineData("foreach (var one in all)\n    Do();", 1)]
    [InlineData("while (a);", 1)]
    [InlineData("using (a)\nusing (b)\n{\n    Do();\n}", 0)]
    [InlineData("Do(() => {\n    Say();\n});", 1)]
    [InlineData("Do(() =>\n{\n    Say();\n});", 0)]
    [InlineData("switch (a) {\n    case 1: break;\n}", 1)]
    [InlineData("var all = new List<int> {\n    1,\n};", 0)]
    [InlineData("var said = \"{\"; // {", 0)]
    public void Bodies_and_their_braces_are_found(string body, int faults) =>
        Assert.Equal(faults, Faults("f.cs", $"class C\n{{\nvoid M()\n{{\n{body}\n}}\n}}").Count());

    [Theory]
    [InlineData("class C {\n    int A;\n}", 1)]
    [InlineData("class C\n{\n    int A { get; set; }\n}", 0)]
    [InlineData("class C\n{\n    int A {\n        get;\n    }\n}", 1)]
    [InlineData("enum E { One, Two }", 0)]
    [InlineData("record R(int A);", 0)]
    public void Types_and_their_braces_are_found(string text, int faults) => Assert.Equal(faults, Faults("f.cs", text).Count());

    private static IEnumerable<string> Faults(string file, string text)
    {
        var source = SourceText.From(text);
        var nodes = CSharpSyntaxTree.ParseText(source).GetRoot().DescendantNodes().ToList();
        return nodes.SelectMany(Bodies).Where(b => b is not BlockSyntax).Select(b => $"{file}:{Line(b.SpanStart)}: a body without braces")
            .Concat(nodes.Select(Opening).Where(o => o.IsKind(SyntaxKind.OpenBraceToken))
                .Where(o => Line(o.SpanStart) != Line(Closing(o)) && !string.IsNullOrWhiteSpace(Before(o)))
                .Select(o => $"{file}:{Line(o.SpanStart)}: the brace ends the line"));

        int Line(int at) => source.Lines.GetLinePosition(at).Line + 1;
        string Before(SyntaxToken brace) => source.ToString(
            TextSpan.FromBounds(source.Lines.GetLineFromPosition(brace.SpanStart).Start, brace.SpanStart));
    }

    /// <summary>The bodies of a statement; another if after else, and another using after a using, are of the same statement.</summary>
    private static IEnumerable<StatementSyntax> Bodies(SyntaxNode node) => node switch
    {
        IfStatementSyntax branch => [branch.Statement],
        ElseClauseSyntax { Statement: not IfStatementSyntax } other => [other.Statement],
        CommonForEachStatementSyntax each => [each.Statement],
        ForStatementSyntax loop => [loop.Statement],
        WhileStatementSyntax loop => [loop.Statement],
        DoStatementSyntax loop => [loop.Statement],
        LockStatementSyntax held => [held.Statement],
        FixedStatementSyntax held => [held.Statement],
        UsingStatementSyntax { Statement: not UsingStatementSyntax } held => [held.Statement],
        _ => [],
    };

    private static SyntaxToken Opening(SyntaxNode node) => node switch
    {
        BlockSyntax block => block.OpenBraceToken,
        BaseTypeDeclarationSyntax type => type.OpenBraceToken,
        NamespaceDeclarationSyntax space => space.OpenBraceToken,
        AccessorListSyntax accessors => accessors.OpenBraceToken,
        SwitchStatementSyntax choice => choice.OpenBraceToken,
        _ => default,
    };

    private static int Closing(SyntaxToken brace) => brace.Parent!.ChildTokens().Last(t => t.IsKind(SyntaxKind.CloseBraceToken)).SpanStart;
}
