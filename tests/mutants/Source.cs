using System.Reflection;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Emit;

namespace Holdfast.Mutants;

/// <summary>A project's sources: read, searched for mutants, and compiled with all of them into one assembly.</summary>
internal sealed class Source
{
    private readonly CSharpCompilation original;
    private readonly string root;
    private readonly Dictionary<SyntaxTree, HashSet<SyntaxNode>> properties = [];

    internal Source(string root, string folder, string project, string references)
    {
        this.root = root;
        var name = Target.AssemblyOf(project);
        var options = new CSharpParseOptions(LanguageVersion.Preview,
            preprocessorSymbols: ["RELEASE", "TRACE", "NET", "NET10_0_OR_GREATER"]);
        var files = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(f => !Path.GetRelativePath(folder, f).Split('/').Intersect(["bin", "obj"]).Any()).Order(StringComparer.Ordinal)
            // The build's own files: attributes of the assembly, friends that see its insides, and namespaces that are always used.
            .Concat(Directory.GetFiles(Path.Combine(folder, "obj/Release/net10.0"), "*.cs"));
        var libraries = Directory.GetFiles(references, "*.dll").Where(f => Path.GetFileNameWithoutExtension(f) != name)
            .Concat(Directory.GetFiles(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "*.dll"))
            .Where(IsManaged).DistinctBy(f => Path.GetFileName(f)).Select(f => MetadataReference.CreateFromFile(f));
        original = CSharpCompilation.Create(name,
            files.Select(f => CSharpSyntaxTree.ParseText(File.ReadAllText(f), options,
                f)).Append(CSharpSyntaxTree.ParseText(Switches.Source, options)),
            libraries, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release,
                nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true));
        original = (CSharpCompilation)Generated(original, options);
    }

    internal IReadOnlyList<Mutant> Mutants { get; private set; } = [];

    /// <summary>Places that cannot be switched: constants, patterns with variables, attributes.</summary>
    internal int LeftAlone { get; private set; }

    /// <summary>Mutants that the compiler refuses.</summary>
    internal int Refused { get; private set; }

    internal void Find(Func<string, bool> wanted)
    {
        var found = new List<Mutant>();
        var movable = Movable.Find(original);
        foreach (var tree in original.SyntaxTrees.Where(IsOwn))
        {
            var file = Path.GetRelativePath(root, tree.FilePath);
            var finder = new Finder(original.GetSemanticModel(tree), file, movable);
            var here = finder.Find(found.Count + 1);
            properties[tree] = finder.Properties;
            if (wanted(file))
            {
                found.AddRange(here);
                LeftAlone += finder.LeftAlone;
            }
            else
            {
                properties[tree].Clear();
            }
        }

        Mutants = found;
    }

    /// <summary>Compiles until what the compiler refuses is out.</summary>
    internal void Emit(string path)
    {
        for (var attempt = 0; attempt < 30; attempt++)
        {
            var byTree = Mutants.ToLookup(m => m.Place.SyntaxTree);
            var compilation = original;
            foreach (var tree in original.SyntaxTrees.Where(t => byTree.Contains(t)))
            {
                var text = Switches.Rewrite(tree.GetRoot(), byTree[tree], properties[tree]).ToFullString();
                compilation = compilation.ReplaceSyntaxTree(tree,
                    CSharpSyntaxTree.ParseText(text, (CSharpParseOptions)tree.Options, tree.FilePath));
            }

            EmitResult result;
            using (var file = File.Create(path))
            {
                result = compilation.Emit(file);
            }

            if (result.Success)
            {
                return;
            }

            var refused = result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error)
                .SelectMany(d => Blame.Of(d, Mutants)).ToHashSet();
            if (refused.Count == 0)
            {
                throw new InvalidOperationException(string.Join('\n',
                    result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Take(10)));
            }

            Refused += refused.Count;
            Mutants = [.. Mutants.Where(m => !refused.Contains(m.Id))];
        }

        throw new InvalidOperationException($"The compiler still refuses what is rewritten, after {Refused} mutants were taken out");
    }

    private static bool IsOwn(SyntaxTree tree) =>
        tree.FilePath.Length > 0 && File.Exists(tree.FilePath) && !tree.FilePath.Contains("/obj/", StringComparison.Ordinal);

    private static bool IsManaged(string file)
    {
        try
        {
            return AssemblyName.GetAssemblyName(file) is not null;
        }
        catch (BadImageFormatException)
        {
            return false;
        }
    }

    /// <summary>Code that the SDK's generators write, such as of regular expressions.</summary>
    private static Compilation Generated(CSharpCompilation compilation, CSharpParseOptions options)
    {
        var packs = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!,
            "../../../packs/Microsoft.NETCore.App.Ref"));
        var generators = Directory.Exists(packs)
            ? Directory.GetFiles(Directory.GetDirectories(packs).Order(StringComparer.Ordinal).Last(), "System.Text.*Generat*.dll",
                SearchOption.AllDirectories)
            : [];
        var loaded = generators.Where(g => !g.EndsWith("resources.dll", StringComparison.Ordinal))
            .SelectMany(g => new AnalyzerFileReference(g, new Loader()).GetGenerators(LanguageNames.CSharp));
        CSharpGeneratorDriver.Create(loaded, parseOptions: options).RunGeneratorsAndUpdateCompilation(compilation, out var whole, out _);
        return whole;
    }

    private sealed class Loader : IAnalyzerAssemblyLoader
    {
        public void AddDependencyLocation(string fullPath)
        {
        }

        public Assembly LoadFromPath(string fullPath) => Assembly.LoadFrom(fullPath);
    }
}
