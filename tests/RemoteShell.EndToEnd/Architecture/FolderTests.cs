using System.Text.RegularExpressions;

namespace RemoteShell.EndToEnd.Architecture;

public class FolderTests
{
    private const int MaxLineLength = 140;

    public static TheoryData<string> Projects =>
    [
        .. Directory.EnumerateFiles(Repository.File("src"), "*.csproj", SearchOption.AllDirectories)
            .Select(Path.GetFileNameWithoutExtension)
            .OfType<string>(),
    ];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Folders_of_a_project_form_no_circle(string project)
    {
        string configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/'));
        string built = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", project, configuration));
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        IEnumerable<string> assemblies = Directory.EnumerateFiles(framework, "*.dll")
            .Where(path => Regex.IsMatch(Path.GetFileName(path), @"^(System\.|mscorlib\.|netstandard\.|Microsoft\.Win32\.Primitives\.)"))
            .Where(path => !path.EndsWith(".Native.dll", StringComparison.Ordinal))
            .Concat(Directory.EnumerateFiles(built, "*.dll").Where(path => Path.GetFileNameWithoutExtension(path) != project));
        IReadOnlyList<string> circles = FolderGraph.Read(Repository.File($"src/{project}"), assemblies).Circles();
        Assert.True(circles.Count == 0, $"{project}:\n{string.Join('\n', circles)}");
    }

    [Fact]
    public void Lines_end_at_140_columns()
    {
        string[] tooLong =
        [
            .. from folder in (string[])["src", "tests", "samples"]
               from path in Directory.EnumerateFiles(Repository.File(folder), "*.cs", SearchOption.AllDirectories)
               from line in File.ReadLines(path).Index()
               where line.Item.Length > MaxLineLength
               select $"{path}:{line.Index + 1}",
        ];
        Assert.True(tooLong.Length == 0, $"{tooLong.Length} lines:\n{string.Join('\n', tooLong.Take(20))}");
    }
}
