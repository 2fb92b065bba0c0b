namespace Holdfast.Mutants;

/// <summary>Finds the switches of a binary expression: another operator, or one side alone.</summary>
internal sealed class BinaryPlaces(SemanticModel model, Found found)
{
    internal void Find(BinaryExpressionSyntax node)
    {
        if (node.Kind() is SyntaxKind.CoalesceExpression)
        {
            Coalesce(node);
        }

        if (Operators.Other(node.OperatorToken.Kind()) is not { } other || !Operators.Fits(node, other, model))
        {
            return;
        }

        if (Places.Declares(node))
        {
            Declaring(node);
            return;
        }

        found.Add(node, "operator", $"{node.Left.ToString()} {SyntaxFacts.GetText(other)} {node.Right.ToString()}");
    }

    /// <summary>A variable that is declared on the left cannot be declared twice, so the right side is switched off instead.</summary>
    private void Declaring(BinaryExpressionSyntax node)
    {
        switch (node.Kind())
        {
            case SyntaxKind.LogicalAndExpression when !Places.Declares(node.Right):
                found.AddOf(node.Right, "right side", "true", (id, n) => $"({Switches.Bare(n)} || {Switches.Call(id)})");
                break;
            case SyntaxKind.LogicalOrExpression when !Places.Declares(node.Right):
                found.AddOf(node.Right, "right side", "false", (id, n) => $"(({Switches.Bare(n)}) && !{Switches.Call(id)})");
                break;
            default:
                found.LeftAlone++;
                break;
        }
    }

    private void Coalesce(BinaryExpressionSyntax node)
    {
        if (Places.Declares(node))
        {
            found.LeftAlone++;
            return;
        }

        if (node.Right is not ThrowExpressionSyntax)
        {
            found.Add(node, "??", node.Right.ToString());
        }

        var left = model.GetTypeInfo(node.Left).Type;
        var whole = model.GetTypeInfo(node).Type;
        found.Add(node, "??", left?.IsValueType == true && !SymbolEqualityComparer.Default.Equals(left, whole)
            ? $"({node.Left}).Value" : $"({node.Left})!");
    }
}
