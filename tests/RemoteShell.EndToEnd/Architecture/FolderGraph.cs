using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RemoteShell.EndToEnd.Architecture;

/// <summary>Which folders of a project use types of which others, read from its sources by the compiler.</summary>
/// <remarks>A file uses a type if it names the type or one of its members. The project's own folder is called <c>.</c>.</remarks>
internal sealed class FolderGraph
{
    private const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; " +
        "global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;";

    // From a folder to the folders that it uses, with one use of each as an example.
    private readonly Dictionary<string, Dictionary<string, string>> _uses = new(StringComparer.Ordinal);

    private FolderGraph()
    {
    }

    /// <summary>Reads a project.</summary>
    /// <param name="folder">The project's folder.</param>
    /// <param name="assemblies">Paths of the assemblies that the project needs.</param>
    public static FolderGraph Read(string folder, IEnumerable<string> assemblies)
    {
        var options = new CSharpParseOptions(LanguageVersion.Preview);
        SyntaxTree[] trees =
        [
            .. Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
                .Select(path => CSharpSyntaxTree.ParseText(File.ReadAllText(path), options, path)),
        ];
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Read",
            [.. trees, CSharpSyntaxTree.ParseText(ImplicitUsings, options)],
            assemblies.Select(path => MetadataReference.CreateFromFile(path)),
            new(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));

        var graph = new FolderGraph();
        foreach (SyntaxTree tree in trees)
        {
            SemanticModel model = compilation.GetSemanticModel(tree);
            foreach (SimpleNameSyntax name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
                graph.Add(folder, tree.FilePath, TypeOf(model.GetSymbolInfo(name)));
        }

        return graph;
    }

    /// <summary>The folders that reach themselves, as lines for people; empty if there are none.</summary>
    public IReadOnlyList<string> Circles()
    {
        var reached = _uses.Keys.ToDictionary(folder => folder, Reached, StringComparer.Ordinal);
        return
        [
            .. from folder in _uses.Keys.Order(StringComparer.Ordinal)
               where reached[folder].Contains(folder)
               from use in _uses[folder].OrderBy(use => use.Key, StringComparer.Ordinal)
               where reached.TryGetValue(use.Key, out HashSet<string>? back) && back.Contains(folder)
               select $"{folder} → {use.Key}: {use.Value}",
        ];
    }

    private static INamedTypeSymbol? TypeOf(SymbolInfo info)
    {
        ISymbol? symbol = info.Symbol ?? info.CandidateSymbols.FirstOrDefault();
        INamedTypeSymbol? type = symbol switch
        {
            INamedTypeSymbol named => named,
            IMethodSymbol or IPropertySymbol or IFieldSymbol or IEventSymbol => symbol.ContainingType,
            _ => null,
        };
        return type?.OriginalDefinition;
    }

    private void Add(string project, string user, INamedTypeSymbol? type)
    {
        string? used = type?.DeclaringSyntaxReferences.FirstOrDefault()?.SyntaxTree.FilePath;
        if (string.IsNullOrEmpty(used))
            return;
        string from = FolderOf(project, user), to = FolderOf(project, used);
        if (from == to)
            return;
        if (!_uses.TryGetValue(from, out Dictionary<string, string>? uses))
            _uses[from] = uses = new(StringComparer.Ordinal);
        uses.TryAdd(to, $"{Path.GetFileName(user)} uses {type!.Name}");
    }

    private static string FolderOf(string project, string file)
        => Path.GetRelativePath(project, Path.GetDirectoryName(file)!).Replace('\\', '/');

    private HashSet<string> Reached(string start)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>([start]);
        while (open.TryPop(out string? folder))
        {
            foreach (string next in _uses.GetValueOrDefault(folder)?.Keys ?? Enumerable.Empty<string>())
            {
                if (reached.Add(next))
                    open.Push(next);
            }
        }

        return reached;
    }
}
