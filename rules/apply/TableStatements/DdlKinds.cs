using Holdfast.Engine.Statements;

namespace Holdfast.Rules.Apply.TableStatements;

/// <summary>Kinds of statements as configurations write them: <c>addColumn</c>.</summary>
public static class DdlKinds
{
    /// <summary>Every name that a configuration may have.</summary>
    public static IReadOnlyList<string> Names => [.. DdlPolicy.All.Select(Name)];

    /// <summary>Name of a kind, as a configuration writes it.</summary>
    public static string Name(DdlKind kind)
    {
        var name = kind.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    /// <summary>The kind of a name; null: there is none.</summary>
    public static DdlKind? Of(string name) => DdlPolicy.All.Where(k => Name(k) == name).Select(k => (DdlKind?)k).FirstOrDefault();
}
