namespace Holdfast.Mutants;

/// <summary>Switches that were found in a source, and how many places cannot have one.</summary>
internal sealed class Found(SemanticModel model, string file, IReadOnlySet<ISymbol> movable)
{
    private readonly List<Mutant> _all = [];

    internal IReadOnlyList<Mutant> All => _all;

    /// <summary>Places that cannot be switched, because a constant or a declaration is needed there.</summary>
    internal int LeftAlone { get; set; }

    internal void AddOrLeave(ExpressionSyntax node, string kind, string text, Location? at = null)
    {
        if (Places.Declares(node))
        {
            LeftAlone++;
            return;
        }

        Add(node, kind, text, at);
    }

    internal void Add(ExpressionSyntax node, string kind, string text, Location? at = null, string? original = null,
        string? shown = null) =>
        Add(node, at ?? Places.At(node), kind, original ?? node.ToString(), shown ?? text, (id, n) => Switches.Choose(id, text, n));

    internal void AddOf(ExpressionSyntax node, string kind, string shown, Func<int, SyntaxNode, string> change) =>
        Add(node, Places.At(node), kind, node.ToString(), shown, (id, n) => SyntaxFactory.ParseExpression(change(id, n)));

    internal void Add(SyntaxNode node, Location at, string kind, string original, string text, Func<int, SyntaxNode, SyntaxNode> change)
    {
        var place = at.GetLineSpan().StartLinePosition;
        _all.Add(new Mutant(0, file, place.Line + 1, place.Character + 1, kind, Operators.MemberOf(node), Operators.OneLine(original),
            text.Length == 0 ? "(nothing)" : Operators.OneLine(text), Operators.IsInitializer(node, movable, model), node, change));
    }
}
