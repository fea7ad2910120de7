using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace RemoteShell.Client.Tests.Documentation;

/// <summary>Compiles and runs the C# examples of the package's readme.</summary>
public sealed class ReadmeTests
{
    private const string Connect = "RemoteShellClient.ConnectAsync(\"server.example\")";

    // Each example writes one of these texts, in the order of the readme.
    private static readonly string[] Outputs =
    [
        $"{(OperatingSystem.IsMacOS() ? "Darwin" : "Linux")}, exit status 0\n",
        "building\nerror: no such target\nexit status 2\n",
        "apple\npear\nExited\n",
        "done by itself\nexit status 0\n",
    ];

    // An SDK project with implicit usings has these usings.
    private const string Usings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; " +
        "global using System.Threading; global using System.Threading.Tasks;";

    // This class replaces System.Console, so the test can read the output of an example.
    private const string Screen =
        """
        static class Console
        {
            public static readonly System.IO.MemoryStream Written = new();
            public static void Write(string text) => Written.Write(System.Text.Encoding.UTF8.GetBytes(text));
            public static void WriteLine(object text) => Write($"{text}\n");
            public static System.IO.Stream OpenStandardOutput() => Written;
        }
        """;

    /// <summary>The running example connects with these options.</summary>
    public static ClientOptions? Options { get; private set; }

    [Fact]
    public async Task Examples_compile_and_write_what_they_promise()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a POSIX shell: the examples run uname and sort");
        string[] examples = Examples();
        Assert.Equal(Outputs.Length, examples.Length);
        await using var server = new TestServer();
        Options = server.Options;
        foreach ((string example, string output) in examples.Zip(Outputs))
        {
            Assert.Contains(Connect, example);
            Compile(example);
            string here = $"RemoteShellClient.ConnectAsync({typeof(ReadmeTests).FullName}.Options!)";
            Assert.Equal(Lines(output), Lines(await RunAsync(Compile(example.Replace(Connect, here, StringComparison.Ordinal), Screen))));
        }
    }

    private static string[] Examples()
    {
        string readme = File.ReadAllText(Repository.File("src/RemoteShell.Client/README.md"));
        return [.. Regex.Matches(readme, "```csharp\n(.*?)```", RegexOptions.Singleline).Select(match => match.Groups[1].Value)];
    }

    // The streams of a command are independent, so the order of their lines may differ.
    private static IEnumerable<string> Lines(string text) => text.Split('\n').Order(StringComparer.Ordinal);

    private static byte[] Compile(params string[] sources)
    {
        string trusted = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        CSharpCompilation compilation = CSharpCompilation.Create(
            $"example-{Guid.NewGuid():N}",
            [.. sources.Append(Usings).Select(source => CSharpSyntaxTree.ParseText(source))],
            [.. trusted.Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path))],
            new(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        using var assembly = new MemoryStream();
        var result = compilation.Emit(assembly);
        Diagnostic[] faults = [.. result.Diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning)];
        Assert.True(faults.Length == 0, $"{sources[0]}\n{string.Join('\n', faults.Select(fault => fault.ToString()))}");
        return assembly.ToArray();
    }

    private static async Task<string> RunAsync(byte[] image)
    {
        Assembly assembly = Assembly.Load(image);
        await Task.Run(() => assembly.EntryPoint!.Invoke(null, [Array.Empty<string>()])).Within();
        var written = (MemoryStream)assembly.GetType("Console")!.GetField("Written")!.GetValue(null)!;
        return Encoding.UTF8.GetString(written.ToArray());
    }
}
