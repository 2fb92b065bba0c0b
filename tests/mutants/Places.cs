namespace Holdfast.Mutants;

/// <summary>Properties of a place of the source that its syntax shows. Pure.</summary>
internal static class Places
{
    internal static readonly Dictionary<string, string> Twins = Both(("Any", "All"), ("Min", "Max"), ("MinBy", "MaxBy"),
        ("First", "Last"), ("FirstOrDefault", "LastOrDefault"), ("OrderBy", "OrderByDescending"), ("ThenBy", "ThenByDescending"),
        ("Floor", "Ceiling"), ("Take", "Skip"), ("TakeWhile", "SkipWhile"), ("Exists", "TrueForAll"), ("FindIndex", "FindLastIndex"));

    internal static Location At(ExpressionSyntax node) =>
        node is BinaryExpressionSyntax binary ? binary.OperatorToken.GetLocation() : node.GetLocation();

    internal static bool IsValue(SyntaxNode node) => node is LiteralExpressionSyntax or BinaryExpressionSyntax;

    internal static bool IsConstant(SyntaxNode node) =>
        node.Ancestors().TakeWhile(a => a is not (StatementSyntax or MemberDeclarationSyntax))
            .Any(a => a is PatternSyntax or AttributeSyntax or SwitchLabelSyntax);

    /// <summary>A variable is declared in it that others may use.</summary>
    internal static bool Declares(SyntaxNode node) => node.DescendantNodesAndSelf(n =>
        n is not (LambdaExpressionSyntax or SwitchExpressionArmSyntax))
        .Any(n => n is SingleVariableDesignationSyntax);

    private static Dictionary<string, string> Both(params (string One, string Other)[] pairs) =>
        pairs.SelectMany(p => new[] { p, (One: p.Other, Other: p.One) }).ToDictionary(p => p.One, p => p.Other, StringComparer.Ordinal);
}
