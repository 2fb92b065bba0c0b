namespace Holdfast.Mutants;

/// <summary>The code that a mutant is switched with, and the rewriting of a source with all of its mutants.</summary>
internal static class Switches
{
    internal const string TypeName = "HoldfastMutants.Switch";

    /// <summary>
    /// Added to the project. A mutant that is reached while a static field is initialized, of the code or of a test, is said apart. The
    /// value is made once in a process, so such a mutant needs a process of its own.
    /// </summary>
    internal const string Source = """
        namespace HoldfastMutants
        {
            internal static class Switch
            {
                public static int Active = int.TryParse(System.Environment.GetEnvironmentVariable("HOLDFAST_MUTANT"), out var id) ? id : 0;
                public static bool[] Reached;
                public static bool[] Once;

                public static bool Is(int id)
                {
                    if (Reached is { } reached && !reached[id])
                    {
                        reached[id] = true;
                        if (!Once[id])
                        {
                            foreach (var frame in new System.Diagnostics.StackTrace(false).GetFrames())
                            {
                                if (frame.GetMethod() is System.Reflection.ConstructorInfo { IsStatic: true })
                                {
                                    Once[id] = true;
                                    break;
                                }
                            }
                        }
                    }

                    return Active == id;
                }
            }
        }
        """;

    internal static string Call(int id) => $"global::{TypeName}.Is({id})";

    /// <summary>The mutant's text where it is switched on, else the node.</summary>
    internal static SyntaxNode Choose(int id, string mutated, SyntaxNode rewritten) =>
        SyntaxFactory.ParseExpression($"({Call(id)} ? ({mutated}) : ({Bare(rewritten)}))");

    internal static string Bare(SyntaxNode node) => node.WithoutTrivia().ToFullString();

    internal static SyntaxNode Rewrite(SyntaxNode root, IEnumerable<Mutant> mutants, IReadOnlySet<SyntaxNode> properties) =>
        new Rewriter(mutants.ToLookup(m => m.Place), properties).Visit(root)!;

    private sealed class Rewriter(ILookup<SyntaxNode, Mutant> mutants, IReadOnlySet<SyntaxNode> properties) : CSharpSyntaxRewriter
    {
        public override SyntaxNode? Visit(SyntaxNode? node)
        {
            var result = base.Visit(node);
            if (node is null || result is null)
            {
                return result;
            }

            foreach (var mutant in mutants[node])
            {
                result = mutant.Switch(mutant.Id, result).WithTriviaFrom(node);
            }

            return properties.Contains(node) ? AsProperty(result) : result;
        }

        /// <summary>A constant, or a value that is made once, becomes a property that is worked out at each use.</summary>
        private static SyntaxNode AsProperty(SyntaxNode member) => member switch
        {
            FieldDeclarationSyntax field => SyntaxFactory.ParseMemberDeclaration(
                $"{string.Join(' ', field.Modifiers.Where(m => m.Kind() is not (SyntaxKind.ConstKeyword or SyntaxKind.ReadOnlyKeyword
                    or SyntaxKind.StaticKeyword)).Select(m => m.Text))} static {field.Declaration.Type} "
                + $"{field.Declaration.Variables[0].Identifier} => {field.Declaration.Variables[0].Initializer!.Value.ToFullString()};")!
                .WithTriviaFrom(member),
            PropertyDeclarationSyntax property => SyntaxFactory.ParseMemberDeclaration(
                $"{property.Modifiers} {property.Type} {property.Identifier} => {property.Initializer!.Value.ToFullString()};")!
                .WithTriviaFrom(member),
            _ => member,
        };
    }
}
