namespace Holdfast.Mutants;

/// <summary>Finds the places of a source that can be switched, and says what each becomes.</summary>
internal sealed class Finder(SemanticModel model, string file, IReadOnlySet<ISymbol> movable) : CSharpSyntaxWalker
{
    private readonly Found _found = new(model, file, movable);

    /// <inheritdoc cref="Found.LeftAlone"/>
    internal int LeftAlone => _found.LeftAlone;

    /// <summary>Members that become properties, so that their value can be switched at each use.</summary>
    internal HashSet<SyntaxNode> Properties { get; } = [];

    internal IReadOnlyList<Mutant> Find(int first)
    {
        Visit(model.SyntaxTree.GetRoot());
        return [.. _found.All.Select((m, i) => m with { Id = first + i })];
    }

    public override void VisitAttributeList(AttributeListSyntax node) => _found.LeftAlone += node.DescendantNodes().Count(Places.IsValue);

    public override void VisitEnumMemberDeclaration(EnumMemberDeclarationSyntax node) =>
        _found.LeftAlone += node.DescendantNodes().Count(Places.IsValue);

    public override void VisitFieldDeclaration(FieldDeclarationSyntax node) =>
        Member(node, node.Modifiers, node.Declaration.Variables is [{ Initializer: not null } only] ? model.GetDeclaredSymbol(only)
            : null,
            () => base.VisitFieldDeclaration(node));

    public override void VisitPropertyDeclaration(PropertyDeclarationSyntax node) =>
        Member(node, node.Modifiers, node.Initializer is null ? null : model.GetDeclaredSymbol(node),
            () => base.VisitPropertyDeclaration(node));

    private void Member(SyntaxNode node, SyntaxTokenList modifiers, ISymbol? symbol, Action visit)
    {
        var before = _found.All.Count;
        if (symbol is not null && movable.Contains(symbol))
        {
            visit();
            if (_found.All.Count > before)
            {
                Properties.Add(node);
            }
        }
        else if (modifiers.Any(SyntaxKind.ConstKeyword))
        {
            _found.LeftAlone += node.DescendantNodes().Count(Places.IsValue);
        }
        else
        {
            visit();
        }
    }

    public override void VisitLocalDeclarationStatement(LocalDeclarationStatementSyntax node)
    {
        _found.LeftAlone += node.IsConst ? node.DescendantNodes().Count(Places.IsValue) : 0;
        if (!node.IsConst)
        {
            base.VisitLocalDeclarationStatement(node);
        }
    }

    public override void VisitParameter(ParameterSyntax node) => _found.LeftAlone += node.DescendantNodes().Count(Places.IsValue);

    public override void VisitCaseSwitchLabel(CaseSwitchLabelSyntax node) => _found.LeftAlone++;

    public override void VisitBinaryExpression(BinaryExpressionSyntax node)
    {
        base.VisitBinaryExpression(node);
        new BinaryPlaces(model, _found).Find(node);
    }

    public override void VisitPrefixUnaryExpression(PrefixUnaryExpressionSyntax node)
    {
        base.VisitPrefixUnaryExpression(node);
        if (node.IsKind(SyntaxKind.LogicalNotExpression) && !Places.IsConstant(node))
        {
            _found.AddOrLeave(node, "!", node.Operand.ToString());
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
                _found.Add(node, "true", "false");
                break;
            case false:
                _found.Add(node, "false", "true");
                break;
            case int or long:
                _found.Add(node, "number", $"{node} + 1");
                if (Convert.ToInt64(node.Token.Value, CultureInfo.InvariantCulture) > 0)
                {
                    _found.Add(node, "number", $"{node} - 1");
                }

                break;
            case double:
                _found.Add(node, "number", $"{node} + 0.01");
                _found.Add(node, "number", $"{node} - 0.01");
                break;
        }
    }

    public override void VisitConditionalExpression(ConditionalExpressionSyntax node)
    {
        base.VisitConditionalExpression(node);
        if (Places.Declares(node))
        {
            _found.LeftAlone++;
        }
        else if (node.WhenTrue is not ThrowExpressionSyntax && node.WhenFalse is not ThrowExpressionSyntax)
        {
            _found.Add(node, "arms", $"{node.Condition} ? {node.WhenFalse} : {node.WhenTrue}");
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
        _found.AddOrLeave(whole, name.Identifier.Text,
            whole.ReplaceToken(name.Identifier, SyntaxFactory.Identifier(twin)).ToString(), name.GetLocation());
    }

    public override void VisitIsPatternExpression(IsPatternExpressionSyntax node)
    {
        Visit(node.Expression);
        if (Places.Declares(node))
        {
            _found.LeftAlone += node.Pattern.DescendantNodesAndSelf().OfType<PatternSyntax>().Count();
            return;
        }

        _found.Add(node, "is", $"!({node})");
        Patterns(node, node.Pattern);
    }

    public override void VisitSwitchExpression(SwitchExpressionSyntax node)
    {
        base.VisitSwitchExpression(node);
        if (Places.Declares(node.GoverningExpression))
        {
            _found.LeftAlone++;
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
            _found.Add(whole, "pattern", Operators.With(whole, place, text), place.GetLocation(), place.ToString(), text);
        }
    }

    public override void VisitIfStatement(IfStatementSyntax node)
    {
        base.VisitIfStatement(node);
        var condition = node.Condition;
        if (condition is InvocationExpressionSyntax or MemberAccessExpressionSyntax or IdentifierNameSyntax)
        {
            _found.AddOrLeave(condition, "condition", $"!({condition})");
        }

        if (node.Else is null && Operators.Leaves(node.Statement))
        {
            _found.AddOf(condition, "early return", "false", (id, n) => $"({Switches.Bare(n)}) && !{Switches.Call(id)}");
        }
    }

    public override void VisitExpressionStatement(ExpressionStatementSyntax node)
    {
        base.VisitExpressionStatement(node);
        if (node.Expression is InvocationExpressionSyntax or AssignmentExpressionSyntax or PostfixUnaryExpressionSyntax)
        {
            _found.Add(node, node.GetLocation(), "statement", node.ToString(), "",
                (id, n) => SyntaxFactory.ParseStatement($"if (!{Switches.Call(id)}) {{ {Switches.Bare(n)} }}"));
        }
    }
}
