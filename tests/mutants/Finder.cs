using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Holdfast.Mutants;

/// <summary>Finds the places of a source that can be switched, and says what each becomes.</summary>
internal sealed class Finder(SemanticModel model, string file, IReadOnlySet<ISymbol> movable) : CSharpSyntaxWalker
{
    private readonly List<Mutant> found = [];

    /// <summary>Places that cannot be switched, because a constant or a declaration is needed there.</summary>
    internal int LeftAlone { get; private set; }

    /// <summary>Members that become properties, so that their value can be switched at each use.</summary>
    internal HashSet<SyntaxNode> Properties { get; } = [];

    internal IReadOnlyList<Mutant> Find(int first)
    {
        Visit(model.SyntaxTree.GetRoot());
        return [.. found.Select((m, i) => m with { Id = first + i })];
    }

    public override void VisitAttributeList(AttributeListSyntax node) => LeftAlone += node.DescendantNodes().Count(Places.IsValue);

    public override void VisitEnumMemberDeclaration(EnumMemberDeclarationSyntax node) =>
        LeftAlone += node.DescendantNodes().Count(Places.IsValue);

    public override void VisitFieldDeclaration(FieldDeclarationSyntax node) =>
        Member(node, node.Modifiers, node.Declaration.Variables is [{ Initializer: not null } only] ? model.GetDeclaredSymbol(only)
            : null,
            () => base.VisitFieldDeclaration(node));

    public override void VisitPropertyDeclaration(PropertyDeclarationSyntax node) =>
        Member(node, node.Modifiers, node.Initializer is null ? null : model.GetDeclaredSymbol(node),
            () => base.VisitPropertyDeclaration(node));

    private void Member(SyntaxNode node, SyntaxTokenList modifiers, ISymbol? symbol, Action visit)
    {
        var before = found.Count;
        if (symbol is not null && movable.Contains(symbol))
        {
            visit();
            if (found.Count > before)
            {
                Properties.Add(node);
            }
        }
        else if (modifiers.Any(SyntaxKind.ConstKeyword))
        {
            LeftAlone += node.DescendantNodes().Count(Places.IsValue);
        }
        else
        {
            visit();
        }
    }

    public override void VisitLocalDeclarationStatement(LocalDeclarationStatementSyntax node)
    {
        LeftAlone += node.IsConst ? node.DescendantNodes().Count(Places.IsValue) : 0;
        if (!node.IsConst)
        {
            base.VisitLocalDeclarationStatement(node);
        }
    }

    public override void VisitParameter(ParameterSyntax node) => LeftAlone += node.DescendantNodes().Count(Places.IsValue);

    public override void VisitCaseSwitchLabel(CaseSwitchLabelSyntax node) => LeftAlone++;

    public override void VisitBinaryExpression(BinaryExpressionSyntax node)
    {
        base.VisitBinaryExpression(node);
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

        Add(node, "operator", $"{node.Left.ToString()} {SyntaxFacts.GetText(other)} {node.Right.ToString()}");
    }

    /// <summary>A variable that is declared on the left cannot be declared twice, so the right side is switched off instead.</summary>
    private void Declaring(BinaryExpressionSyntax node)
    {
        switch (node.Kind())
        {
            case SyntaxKind.LogicalAndExpression when !Places.Declares(node.Right):
                AddOf(node.Right, "right side", "true", (id, n) => $"({Switches.Bare(n)} || {Switches.Call(id)})");
                break;
            case SyntaxKind.LogicalOrExpression when !Places.Declares(node.Right):
                AddOf(node.Right, "right side", "false", (id, n) => $"(({Switches.Bare(n)}) && !{Switches.Call(id)})");
                break;
            default:
                LeftAlone++;
                break;
        }
    }

    private void Coalesce(BinaryExpressionSyntax node)
    {
        if (Places.Declares(node))
        {
            LeftAlone++;
            return;
        }

        if (node.Right is not ThrowExpressionSyntax)
        {
            Add(node, "??", node.Right.ToString());
        }

        var left = model.GetTypeInfo(node.Left).Type;
        var whole = model.GetTypeInfo(node).Type;
        Add(node, "??", left?.IsValueType == true && !SymbolEqualityComparer.Default.Equals(left, whole)
            ? $"({node.Left}).Value" : $"({node.Left})!");
    }

    public override void VisitPrefixUnaryExpression(PrefixUnaryExpressionSyntax node)
    {
        base.VisitPrefixUnaryExpression(node);
        if (node.IsKind(SyntaxKind.LogicalNotExpression) && !Places.IsConstant(node))
        {
            AddOrLeave(node, "!", node.Operand.ToString());
        }
    }

    public override void VisitLiteralExpression(LiteralExpressionSyntax node)
    {
        if (Places.IsConstant(node))
        {
            return;
        }

        switch (node.Token.Value)
        {
            case true when node.Parent is not WhileStatementSyntax:
                Add(node, "true", "false");
                break;
            case false:
                Add(node, "false", "true");
                break;
            case int or long:
                Add(node, "number", $"{node} + 1");
                if (Convert.ToInt64(node.Token.Value, CultureInfo.InvariantCulture) > 0)
                {
                    Add(node, "number", $"{node} - 1");
                }

                break;
            case double:
                Add(node, "number", $"{node} + 0.01");
                Add(node, "number", $"{node} - 0.01");
                break;
        }
    }

    public override void VisitConditionalExpression(ConditionalExpressionSyntax node)
    {
        base.VisitConditionalExpression(node);
        if (Places.Declares(node))
        {
            LeftAlone++;
        }
        else if (node.WhenTrue is not ThrowExpressionSyntax && node.WhenFalse is not ThrowExpressionSyntax)
        {
            Add(node, "arms", $"{node.Condition} ? {node.WhenFalse} : {node.WhenTrue}");
        }
    }

    public override void VisitInvocationExpression(InvocationExpressionSyntax node)
    {
        base.VisitInvocationExpression(node);
        var name = node.Expression switch
        {
            MemberAccessExpressionSyntax access => access.Name,
            MemberBindingExpressionSyntax binding => binding.Name,
            _ => null,
        };
        if (name is null || !Places.Twins.TryGetValue(name.Identifier.Text, out var twin)
            || name.Identifier.Text is "Any" && node.ArgumentList.Arguments.Count == 0
            || model.GetSymbolInfo(node).Symbol is not IMethodSymbol { ContainingNamespace: { } space }
            || !space.ToString()!.StartsWith("System", StringComparison.Ordinal))
        {
            return;
        }

        var whole = Operators.Chain(node);
        AddOrLeave(whole, name.Identifier.Text,
            whole.ReplaceToken(name.Identifier, SyntaxFactory.Identifier(twin)).ToString(), name.GetLocation());
    }

    public override void VisitIsPatternExpression(IsPatternExpressionSyntax node)
    {
        Visit(node.Expression);
        if (Places.Declares(node))
        {
            LeftAlone += node.Pattern.DescendantNodesAndSelf().OfType<PatternSyntax>().Count();
            return;
        }

        Add(node, "is", $"!({node})");
        Patterns(node, node.Pattern);
    }

    public override void VisitSwitchExpression(SwitchExpressionSyntax node)
    {
        base.VisitSwitchExpression(node);
        if (Places.Declares(node.GoverningExpression))
        {
            LeftAlone++;
            return;
        }

        foreach (var arm in node.Arms)
        {
            Patterns(node, arm.Pattern);
        }
    }

    /// <summary>The subpatterns of an arm are read with its switch.</summary>
    public override void VisitSwitchExpressionArm(SwitchExpressionArmSyntax node)
    {
        Visit(node.WhenClause);
        Visit(node.Expression);
    }

    private void Patterns(ExpressionSyntax whole, PatternSyntax pattern)
    {
        foreach (var (place, text) in Operators.OfPattern(pattern))
        {
            Add(whole, "pattern", Operators.With(whole, place, text), place.GetLocation(), place.ToString(), text);
        }
    }

    public override void VisitIfStatement(IfStatementSyntax node)
    {
        base.VisitIfStatement(node);
        var condition = node.Condition;
        if (condition is InvocationExpressionSyntax or MemberAccessExpressionSyntax or IdentifierNameSyntax)
        {
            AddOrLeave(condition, "condition", $"!({condition})");
        }

        if (node.Else is null && Operators.Leaves(node.Statement))
        {
            AddOf(condition, "early return", "false", (id, n) => $"({Switches.Bare(n)}) && !{Switches.Call(id)}");
        }
    }

    public override void VisitExpressionStatement(ExpressionStatementSyntax node)
    {
        base.VisitExpressionStatement(node);
        if (node.Expression is InvocationExpressionSyntax or AssignmentExpressionSyntax or PostfixUnaryExpressionSyntax)
        {
            Add(node, node.GetLocation(), "statement", node.ToString(), "",
                (id, n) => SyntaxFactory.ParseStatement($"if (!{Switches.Call(id)}) {{ {Switches.Bare(n)} }}"));
        }
    }

    private void AddOrLeave(ExpressionSyntax node, string kind, string text, Location? at = null)
    {
        if (Places.Declares(node))
        {
            LeftAlone++;
            return;
        }

        Add(node, kind, text, at);
    }

    private void Add(ExpressionSyntax node, string kind, string text, Location? at = null, string? original = null,
        string? shown = null) =>
        Add(node, at ?? Places.At(node), kind, original ?? node.ToString(), shown ?? text, (id, n) => Switches.Choose(id, text, n));

    private void AddOf(ExpressionSyntax node, string kind, string shown, Func<int, SyntaxNode, string> change) =>
        Add(node, Places.At(node), kind, node.ToString(), shown, (id, n) => SyntaxFactory.ParseExpression(change(id, n)));

    private void Add(SyntaxNode node, Location at, string kind, string original, string text, Func<int, SyntaxNode, SyntaxNode> change)
    {
        var place = at.GetLineSpan().StartLinePosition;
        found.Add(new Mutant(0, file, place.Line + 1, place.Character + 1, kind, Operators.MemberOf(node), Operators.OneLine(original),
            text.Length == 0 ? "(nothing)" : Operators.OneLine(text), Operators.IsInitializer(node, movable, model), node, change));
    }
}
