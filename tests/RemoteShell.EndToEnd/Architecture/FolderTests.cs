namespace RemoteShell.EndToEnd.Architecture;

public class FolderTests
{
    private const int MaxLineLength = 140;

    public static TheoryData<string> Projects => [.. Directory.EnumerateFiles(Repository.File("src"), "*.csproj", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension).OfType<string>()];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Folders_of_a_project_form_no_circle(string project)
    {
        string built = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", project, Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/'))));
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        IEnumerable<string> assemblies = Directory.EnumerateFiles(framework, "*.dll")
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal) || Path.GetFileName(path) is "mscorlib.dll" or "netstandard.dll" or "Microsoft.Win32.Primitives.dll")
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
