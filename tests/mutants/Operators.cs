using System.Text.RegularExpressions;

namespace Holdfast.Mutants;

/// <summary>Replacements for operators, patterns and chains of calls. Pure.</summary>
internal static partial class Operators
{
    internal static SyntaxKind? Other(SyntaxKind token) => token switch
    {
        SyntaxKind.LessThanToken => SyntaxKind.LessThanEqualsToken,
        SyntaxKind.LessThanEqualsToken => SyntaxKind.LessThanToken,
        SyntaxKind.GreaterThanToken => SyntaxKind.GreaterThanEqualsToken,
        SyntaxKind.GreaterThanEqualsToken => SyntaxKind.GreaterThanToken,
        SyntaxKind.EqualsEqualsToken => SyntaxKind.ExclamationEqualsToken,
        SyntaxKind.ExclamationEqualsToken => SyntaxKind.EqualsEqualsToken,
        SyntaxKind.AmpersandAmpersandToken => SyntaxKind.BarBarToken,
        SyntaxKind.BarBarToken => SyntaxKind.AmpersandAmpersandToken,
        SyntaxKind.PlusToken => SyntaxKind.MinusToken,
        SyntaxKind.MinusToken => SyntaxKind.PlusToken,
        SyntaxKind.AsteriskToken => SyntaxKind.SlashToken,
        SyntaxKind.SlashToken => SyntaxKind.AsteriskToken,
        _ => null,
    };

    /// <summary>The other operator means something for these operands: texts are not subtracted, nor moments added.</summary>
    internal static bool Fits(BinaryExpressionSyntax node, SyntaxKind other, SemanticModel model)
    {
        if (other is not (SyntaxKind.PlusToken or SyntaxKind.MinusToken or SyntaxKind.AsteriskToken or SyntaxKind.SlashToken))
        {
            return true;
        }

        var (left, right) = (model.GetTypeInfo(node.Left).Type, model.GetTypeInfo(node.Right).Type);
        var isText = left?.SpecialType == SpecialType.System_String || right?.SpecialType == SpecialType.System_String;
        var areMoments = left?.Name == "DateTimeOffset" && right?.Name == "DateTimeOffset";
        return !isText && !areMoments;
    }

    /// <summary>A pattern's parts, each with what it becomes; an empty text takes a part out of its list.</summary>
    internal static IEnumerable<(SyntaxNode Place, string Text)> OfPattern(PatternSyntax pattern)
    {
        foreach (var node in pattern.DescendantNodesAndSelf(n => n is not (LambdaExpressionSyntax or ExpressionSyntax)))
        {
            switch (node)
            {
                case RelationalPatternSyntax relational when Other(relational.OperatorToken.Kind()) is { } other:
                    yield return (relational, $"{SyntaxFacts.GetText(other)} {relational.Expression}");
                    break;
                case BinaryPatternSyntax binary when !binary.DescendantNodes().OfType<SingleVariableDesignationSyntax>().Any():
                    yield return (binary, $"{binary.Left} {(binary.IsKind(SyntaxKind.AndPattern) ? "or" : "and")} {binary.Right}");
                    break;
                case SubpatternSyntax { Parent: PropertyPatternClauseSyntax } part
                    when !part.DescendantNodes().OfType<SingleVariableDesignationSyntax>().Any():
                    yield return (part.Pattern, part.Pattern is UnaryPatternSyntax not ? $"({not.Pattern})" : $"not ({part.Pattern})");
                    yield return (part, "");
                    break;
            }
        }
    }

    /// <summary>The text of a whole with one part of it replaced, or taken out of its list.</summary>
    internal static string With(SyntaxNode whole, SyntaxNode place, string text)
    {
        if (place is not SubpatternSyntax || text.Length > 0)
        {
            var start = place.SpanStart - whole.SpanStart;
            return whole.ToString().Remove(start, place.Span.Length).Insert(start, text);
        }

        return whole.RemoveNode(place, SyntaxRemoveOptions.KeepNoTrivia)!.ToString();
    }

    /// <summary>The expression that a call is switched with: from a '?.' on, the whole chain.</summary>
    internal static ExpressionSyntax Chain(ExpressionSyntax call)
    {
        ExpressionSyntax whole = call;
        while (First(whole) is MemberBindingExpressionSyntax or ElementBindingExpressionSyntax
            && whole.Ancestors().OfType<ConditionalAccessExpressionSyntax>().FirstOrDefault() is { } outer)
        {
            whole = outer;
        }

        return whole;
    }

    private static ExpressionSyntax First(ExpressionSyntax node) => node switch
    {
        MemberAccessExpressionSyntax access => First(access.Expression),
        InvocationExpressionSyntax call => First(call.Expression),
        ElementAccessExpressionSyntax element => First(element.Expression),
        ConditionalAccessExpressionSyntax conditional => First(conditional.Expression),
        PostfixUnaryExpressionSyntax suppressed => First(suppressed.Operand),
        _ => node,
    };

    /// <summary>A branch that only leaves: the method, the loop or its turn.</summary>
    internal static bool Leaves(StatementSyntax branch) => branch switch
    {
        BlockSyntax { Statements: [.., var last] } => Leaves(last),
        ReturnStatementSyntax or ContinueStatementSyntax or BreakStatementSyntax or ThrowStatementSyntax => true,
        _ => false,
    };

    internal static string MemberOf(SyntaxNode node)
    {
        var type = node.Ancestors().OfType<BaseTypeDeclarationSyntax>().FirstOrDefault()?.Identifier.Text ?? "";
        var member = node.AncestorsAndSelf().OfType<MemberDeclarationSyntax>().FirstOrDefault() switch
        {
            MethodDeclarationSyntax method => method.Identifier.Text,
            PropertyDeclarationSyntax property => property.Identifier.Text,
            FieldDeclarationSyntax field => field.Declaration.Variables[0].Identifier.Text,
            ConstructorDeclarationSyntax => "new",
            OperatorDeclarationSyntax => "operator",
            _ => "",
        };
        return member.Length == 0 ? type : $"{type}.{member}";
    }

    /// <summary>It is worked out once, when its type is first used.</summary>
    internal static bool IsInitializer(SyntaxNode node, IReadOnlySet<ISymbol> movable, SemanticModel model)
    {
        var member = node.Ancestors().OfType<MemberDeclarationSyntax>().FirstOrDefault();
        var symbol = member switch
        {
            FieldDeclarationSyntax field => model.GetDeclaredSymbol(field.Declaration.Variables[0]),
            PropertyDeclarationSyntax { Initializer: not null } property => model.GetDeclaredSymbol(property),
            _ => null,
        };
        return symbol is { IsStatic: true } && !movable.Contains(symbol)
            || member is ConstructorDeclarationSyntax constructor && constructor.Modifiers.Any(SyntaxKind.StaticKeyword);
    }

    internal static string OneLine(string text) => Spaces().Replace(text, " ").Trim();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
