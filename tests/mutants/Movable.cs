namespace Holdfast.Mutants;

/// <summary>
/// Constants that nothing needs as a constant, and values that are made once. A property in their place is worked out at each use, so a
/// mutant in it can be switched. Other assemblies keep the constant's value.
/// </summary>
internal static class Movable
{
    internal static IReadOnlySet<ISymbol> Find(Compilation compilation)
    {
        var all = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        var needed = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        foreach (var tree in compilation.SyntaxTrees)
        {
            var model = compilation.GetSemanticModel(tree);
            foreach (var node in tree.GetRoot().DescendantNodes())
            {
                switch (node)
                {
                    case FieldDeclarationSyntax { Declaration.Variables: [{ Initializer: not null } only] } field:
                        var isConstant = field.Modifiers.Any(SyntaxKind.ConstKeyword);
                        var isPrivateValue = field.Modifiers.Any(SyntaxKind.StaticKeyword)
                            && field.Modifiers.Any(SyntaxKind.ReadOnlyKeyword)
                            && field.Modifiers.Any(SyntaxKind.PrivateKeyword);
                        if ((isConstant || isPrivateValue) && model.GetDeclaredSymbol(only) is IFieldSymbol symbol
                            && IsPlain(symbol.Type))
                        {
                            all.Add(symbol);
                        }

                        break;
                    case PropertyDeclarationSyntax { Initializer: not null } property when property.Modifiers.Any(SyntaxKind.StaticKeyword)
                        && property.AccessorList?.Accessors is [{ RawKind: (int)SyntaxKind.GetAccessorDeclaration }]
                        && model.GetDeclaredSymbol(property) is { } declared && IsPlain(declared.Type):
                        all.Add(declared);
                        break;
                    case IdentifierNameSyntax name when IsNeededConstant(name)
                        && model.GetSymbolInfo(name).Symbol is IFieldSymbol { IsConst: true } used:
                        needed.Add(used);
                        break;
                }
            }
        }

        all.ExceptWith(needed);
        return all;
    }

    private static bool IsPlain(ITypeSymbol type) => type.Name == "TimeSpan" || type.SpecialType is SpecialType.System_Int32
        or SpecialType.System_Int64 or SpecialType.System_Double or SpecialType.System_Boolean;

    private static bool IsNeededConstant(SyntaxNode name) => name.Ancestors().Any(a => a is AttributeSyntax or PatternSyntax
        or SwitchLabelSyntax or ParameterSyntax or EnumMemberDeclarationSyntax
        || a is FieldDeclarationSyntax field && field.Modifiers.Any(SyntaxKind.ConstKeyword)
        || a is LocalDeclarationStatementSyntax { IsConst: true });
}
