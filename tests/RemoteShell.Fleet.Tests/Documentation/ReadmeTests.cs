using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace RemoteShell.Fleet.Tests.Documentation;

/// <summary>The C# example of the package's readme compiles without a warning.</summary>
public class ReadmeTests
{
    // Those of an SDK project with implicit usings, and those that the example needs.
    private const string Usings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; " +
        "global using System.Threading; global using System.Threading.Tasks; " +
        "global using RemoteShell.Client; global using RemoteShell.Fleet; global using RemoteShell.Protocol.Messages;";

    [Fact]
    public void Example_compiles()
    {
        string readme = File.ReadAllText(Repository.File("src/RemoteShell.Fleet/README.md"));
        string example = Assert.Single(Regex.Matches(readme, "```csharp\n(.*?)```", RegexOptions.Singleline)).Groups[1].Value;
        string trusted = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        CSharpCompilation compilation = CSharpCompilation.Create(
            "example",
            [CSharpSyntaxTree.ParseText(example), CSharpSyntaxTree.ParseText(Usings)],
            [.. trusted.Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path))],
            new(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        using var assembly = new MemoryStream();
        Diagnostic[] faults =
        [
            .. compilation.Emit(assembly).Diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning),
        ];
        Assert.True(faults.Length == 0, string.Join('\n', faults.Select(fault => fault.ToString())));
    }
}
