using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Holdfast.Tidy.Tests;

/// <summary>
/// Constructors and the dependencies that they take, read from sources alone. A dependency is a parameter that is a collaborator. No
/// dependency is a plain value: text, a number, a time, an enum, a record or struct of such, a collection of such. Neither is a clock, a
/// logger or a token. A record that carries a collaborator is no plain value: it is one dependency, and is looked at as a class is.
/// </summary>
internal sealed class Dependencies
{
    private static readonly string[] Plain =
    [
        "String", "Object", "TimeSpan", "DateTime", "DateTimeOffset", "Guid", "Uri", "Type", "Version", "IPAddress", "IPEndPoint",
        "JsonNode", "JsonObject", "JsonElement", "CancellationToken", "TimeProvider", "BootClock", "ILogger", "ILoggerFactory",
    ];

    /// <summary>They are as plain as what they hold; a list of collaborators is one dependency.</summary>
    private static readonly string[] Collections =
    [
        "IEnumerable", "IReadOnlyCollection", "IReadOnlyList", "IReadOnlyDictionary", "IReadOnlySet", "IList", "ICollection", "List",
        "Dictionary", "HashSet", "Queue", "FrozenSet", "FrozenDictionary", "ImmutableArray", "ImmutableList", "ILookup", "Memory",
        "ReadOnlyMemory", "KeyValuePair", "Nullable",
    ];

    private readonly IReadOnlyList<(string File, TypeDeclarationSyntax Type)> _types;
    private readonly ILookup<string, (string Project, BaseTypeDeclarationSyntax Type)> _byName;

    /// <param name="sources">Path and text of each file.</param>
    internal Dependencies(IEnumerable<(string File, string Text)> sources)
    {
        var declared = sources.SelectMany(source => CSharpSyntaxTree.ParseText(source.Text).GetRoot().DescendantNodes()
            .OfType<BaseTypeDeclarationSyntax>().Select(type => (source.File, Type: type))).ToList();
        _types = [.. declared.Where(d => d.Type is TypeDeclarationSyntax).Select(d => (d.File, (TypeDeclarationSyntax)d.Type))];
        _byName = declared.ToLookup(d => d.Type.Identifier.Text, d => (ProjectOf(d.File), d.Type), StringComparer.Ordinal);
    }

    /// <summary>Each class, and each record that carries a collaborator, with the dependencies of its largest constructor.</summary>
    internal IEnumerable<(string Project, string File, string Type, IReadOnlyList<string> Taken)> All()
    {
        foreach (var (file, type) in _types)
        {
            var project = ProjectOf(file);
            if ((type is ClassDeclarationSyntax || type is RecordDeclarationSyntax record && Carries(record, project, []))
                && Constructors(type).Select(parameters => Collaborators(parameters, project)).MaxBy(taken => taken.Count) is { } most)
            {
                yield return (project, file, type.Identifier.Text, most);
            }
        }
    }

    private static IEnumerable<ParameterListSyntax> Constructors(TypeDeclarationSyntax type)
    {
        foreach (var constructor in type.Members.OfType<ConstructorDeclarationSyntax>())
        {
            if (!constructor.Modifiers.Any(SyntaxKind.StaticKeyword))
            {
                yield return constructor.ParameterList;
            }
        }

        if (type.ParameterList is { } primary)
        {
            yield return primary;
        }
    }

    private List<string> Collaborators(ParameterListSyntax parameters, string project) =>
        [.. parameters.Parameters.Where(p => IsCollaborator(p.Type!, project, [])).Select(p => $"{p.Type} {p.Identifier}")];

    /// <param name="type">As it is written.</param>
    /// <param name="project">Project of the text: names are those of its project before those of another.</param>
    /// <param name="within">Records that are being looked at, for one may hold another of its kind; and their type parameters.</param>
    private bool IsCollaborator(TypeSyntax type, string project, IReadOnlyList<string> within) => type switch
    {
        PredefinedTypeSyntax => false,
        NullableTypeSyntax nullable => IsCollaborator(nullable.ElementType, project, within),
        ArrayTypeSyntax array => IsCollaborator(array.ElementType, project, within),
        TupleTypeSyntax tuple => tuple.Elements.Any(e => IsCollaborator(e.Type, project, within)),
        QualifiedNameSyntax qualified => IsCollaborator(qualified.Right, project, within),
        GenericNameSyntax generic when Collections.Contains(generic.Identifier.Text) =>
            generic.TypeArgumentList.Arguments.Any(a => IsCollaborator(a, project, within)),
        SimpleNameSyntax name when Plain.Contains(name.Identifier.Text) => false,
        GenericNameSyntax generic when IsValue(generic.Identifier.Text, project, within) =>
            generic.TypeArgumentList.Arguments.Any(a => IsCollaborator(a, project, within)),
        SimpleNameSyntax name => !IsValue(name.Identifier.Text, project, within),
        _ => true,
    };

    private bool IsValue(string name, string project, IReadOnlyList<string> within)
    {
        if (within.Contains(name))
        {
            return true;
        }

        var known = _byName[name].ToList();
        var near = known.Where(k => k.Project == project).ToList();
        return known.Count > 0 && (near.Count > 0 ? near : known).TrueForAll(k => k.Type switch
        {
            EnumDeclarationSyntax => true,
            StructDeclarationSyntax => true,
            RecordDeclarationSyntax record => !Carries(record, k.Project, [.. within, name]),
            _ => false,
        });
    }

    private bool Carries(RecordDeclarationSyntax record, string project, IReadOnlyList<string> within)
    {
        IReadOnlyList<string> known = [.. within, .. record.TypeParameterList?.Parameters.Select(p => p.Identifier.Text) ?? []];
        return record.ParameterList?.Parameters.Any(p => IsCollaborator(p.Type!, project, known)) == true;
    }

    /// <summary>The first two folders: a service, a part of the data plane, platform.</summary>
    private static string ProjectOf(string file) => string.Join('/', file.Split('/')[..^1].Take(2)) is var project
        && project.StartsWith("platform", StringComparison.Ordinal) ? "platform" : project;
}
