using System.Text.RegularExpressions;

namespace Holdfast.Mutants;

/// <summary>Finds the mutants that a compiler's error comes from: the closest one around it, else those of its member.</summary>
internal static partial class Blame
{
    internal static IEnumerable<int> Of(Diagnostic error, IReadOnlyList<Mutant> mutants)
    {
        if (error.Location.SourceTree is not { } tree)
        {
            return [];
        }

        var node = tree.GetRoot().FindNode(error.Location.SourceSpan, getInnermostNodeForTie: true);
        foreach (var ancestor in node.AncestorsAndSelf())
        {
            if (ancestor is ConditionalExpressionSyntax { Condition: InvocationExpressionSyntax call } && Id(call) is { } id)
            {
                return [id];
            }
        }

        var member = node.AncestorsAndSelf().OfType<MemberDeclarationSyntax>().FirstOrDefault() ?? tree.GetRoot();
        var here = Switched().Matches(member.ToString()).Select(m =>
            int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)).ToHashSet();
        var loose = mutants.Where(m => here.Contains(m.Id) && m.Kind is "early return" or "statement" or "right side").Select(m => m.Id)
            .Where(here.Contains).ToList();
        return loose.Count > 0 ? loose : here;
    }

    private static int? Id(InvocationExpressionSyntax call) =>
        Switched().Match(call.ToString()) is { Success: true } match
            ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : null;

    [GeneratedRegex(@"HoldfastMutants\.Switch\.Is\((\d+)\)")]
    private static partial Regex Switched();
}
