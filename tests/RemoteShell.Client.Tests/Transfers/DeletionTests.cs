using System.Text;
using RemoteShell.Files.Names;
using RemoteShell.Files.Trees;

namespace RemoteShell.Client.Tests.Transfers;

/// <summary>Deletion with excluded files: what is excluded stays, whatever the target is called and whatever else is deleted.</summary>
public sealed class DeletionTests : IDisposable
{
    private static readonly string[] Folders = ["", "a", "a/b", "a/b/c", "build", "a/build", "s", "s/a"];
    private static readonly string[] Files = ["f", "g.log", "h.c", "out", "keep"];
    private static readonly string[] Patterns =
    [
        "/build", "build", "*.log", "/a/*.c", "a/b", "!a/b/keep", "/s", "s/", "out", "**/c", "a/**", "!*.log", "/a/build/", "keep",
        "/*/out",
    ];

    private readonly TemporaryFolder _folder = new();

    public DeletionTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "files are transferred on Linux only");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("upload")]
    [InlineData("download")]
    public async Task File_does_not_take_the_place_of_a_folder_nor_a_folder_that_of_a_file(string direction)
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        foreach (string file in (string[])["s/file", "s/folder/f", "t/file/f", "t/folder", "t/more"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder[file])!);
            await File.WriteAllTextAsync(_folder[file], file);
        }

        string[] old = FilesIn(_folder["t"]);
        var options = new TransferOptions { Recursive = true, Delete = true, OntoTarget = true };
        TransferResult result = await RunAsync(client, direction, _folder["s"], _folder["t"], options);
        Assert.Equal((0, 3), (result.Deleted, result.Failed));
        Assert.Equal(old, FilesIn(_folder["t"]));
        Assert.Equal("t/folder", await File.ReadAllTextAsync(_folder["t/folder"]));
    }

    [Theory]
    [InlineData("upload", "into")]
    [InlineData("upload", "onto")]
    [InlineData("upload", "content")]
    [InlineData("download", "into")]
    [InlineData("download", "onto")]
    [InlineData("download", "content")]
    public async Task Target_has_the_source_and_its_own_excluded_files_and_nothing_else(string direction, string mode)
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        for (int round = 0; round < TestSize.Of(normal: 12, full: 500); round++)
        {
            string source = _folder[$"{round}/s"], target = _folder[$"{round}/t"];
            // The folder that becomes equal.
            string placed = mode == "into" ? Path.Combine(target, "s") : target;
            string[] sent = Make(source, random), old = Make(placed, random);
            string[] patterns = random.GetItems(Patterns, random.Next(1, 4));
            var filter = TreeFilter.Of(patterns);
            IEnumerable<string> spared = old.Where(file => IsExcluded(filter, file));
            string[] expected = [.. sent.Where(file => !IsExcluded(filter, file)).Union(spared).Order()];
            var options = new TransferOptions { Recursive = true, Delete = true, Filter = patterns, OntoTarget = mode != "into" };
            string named = mode == "content" ? $"{source}/." : source;
            string what = $"seed {seed}, round {round}, patterns {string.Join(' ', patterns)}";

            TransferResult would = await RunAsync(client, direction, named, target, options with { DryRun = true });
            Assert.True(old.Order().SequenceEqual(FilesIn(placed)), $"{what}: a dry run changed something");
            TransferResult done = await RunAsync(client, direction, named, target, options);
            Assert.True(done.Failed == 0, $"{what}: {string.Join(", ", done.Failures.Select(item => item.Reason))}");
            string[] left = FilesIn(placed);
            Assert.True(expected.SequenceEqual(left), $"{what}: {string.Join(' ', left)}, not {string.Join(' ', expected)}");
            Assert.True(would.Deleted == done.Deleted, $"{what}: {would.Deleted} would be deleted, and {done.Deleted} were");
        }
    }

    private static async Task<TransferResult> RunAsync(
        RemoteShellClient client, string direction, string source, string target, TransferOptions options)
        => await (direction == "upload"
            ? client.UploadAsync([source], target, options)
            : client.DownloadAsync([source], target, options)).Within();

    private static bool IsExcluded(TreeFilter filter, string file) => filter.Excludes(RelativePath.Unescape(file), isFolder: false);

    private static string[] Make(string folder, Random random)
    {
        Directory.CreateDirectory(folder);
        foreach (string inner in Folders)
        {
            foreach (string file in Files)
            {
                if (random.Next(3) != 0)
                    continue;
                Directory.CreateDirectory(Path.Combine(folder, inner));
                File.WriteAllBytes(Path.Combine(folder, inner, file), Encoding.UTF8.GetBytes($"{folder}/{file}"));
            }
        }

        return FilesIn(folder);
    }

    private static string[] FilesIn(string folder)
    {
        IEnumerable<string> files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories);
        return [.. files.Select(file => Path.GetRelativePath(folder, file)).Order()];
    }
}
