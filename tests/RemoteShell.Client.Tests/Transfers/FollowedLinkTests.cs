using RemoteShell.Files.Transfers;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Tests.Transfers;

/// <summary>Links at the target, at any depth: a file takes their place, or with --follow the place of the file that they name.</summary>
public sealed class FollowedLinkTests : IDisposable
{
    private static readonly TransferOptions Tree = new() { Recursive = true, OntoTarget = true, FollowTarget = true };

    private readonly TemporaryFolder _folder = new();

    public FollowedLinkTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "files are transferred on Linux only");
        foreach (string folder in (string[])["s/d", "t/d", "elsewhere/folder"])
            Directory.CreateDirectory(_folder[folder]);
        File.WriteAllText(_folder["s/f"], "new f");
        File.WriteAllText(_folder["s/d/g"], "new g");
        File.WriteAllText(_folder["elsewhere/f"], "older f");
        File.WriteAllText(_folder["elsewhere/g"], "older g");
    }

    public static TheoryData<string> Directions => ["upload", "download"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Directions))]
    public async Task File_in_a_folder_replaces_a_link_or_what_it_names(string direction)
    {
        Link("t/f", _folder["elsewhere/f"]);
        // Through a second link.
        Link("t/d/g", "../../elsewhere/link");
        Link("elsewhere/link", "g");
        await using var server = new TestServer();
        TransferResult followed = await TransferAsync(server, direction, Tree);
        Assert.Equal((4L, 0L), (followed.Transferred + followed.Unchanged, followed.Failed));
        Assert.Equal(("new f", "new g"), (Text("elsewhere/f"), Text("elsewhere/g")));
        Assert.Equal((_folder["elsewhere/f"], "../../elsewhere/link"), (Target("t/f"), Target("t/d/g")));
        IEnumerable<string?> names = Directory.EnumerateFileSystemEntries(_folder["elsewhere"]).Select(Path.GetFileName);
        Assert.Equal(["f", "folder", "g", "link"], names.Order());

        // What the links name is compared.
        Assert.Equal(4, (await TransferAsync(server, direction, Tree)).Unchanged);
        File.WriteAllText(_folder["s/f"], "newer f");
        TransferResult plan = await TransferAsync(server, direction, Tree with { DryRun = true });
        Assert.Equal((1L, 3L, "new f"), (plan.Transferred, plan.Unchanged, Text("elsewhere/f")));

        await TransferAsync(server, direction, Tree with { FollowTarget = false });
        Assert.Equal(("new f", "new g"), (Text("elsewhere/f"), Text("elsewhere/g")));
        Assert.Equal((null, null), (Target("t/f"), Target("t/d/g")));
        Assert.Equal(("newer f", "new g"), (Text("t/f"), Text("t/d/g")));
    }

    [Theory]
    [MemberData(nameof(Directions))]
    public async Task Second_name_of_a_followed_file_is_a_name_of_what_the_link_names(string direction)
    {
        Link("t/a", _folder["elsewhere/f"]);
        File.WriteAllText(_folder["s/a"], "both");
        using (System.Diagnostics.Process link = System.Diagnostics.Process.Start("ln", [_folder["s/a"], _folder["s/b"]]))
            await link.WaitForExitAsync().Within();
        await using var server = new TestServer();
        TransferResult result = await TransferAsync(server, direction, Tree with { HardLinks = true });
        Assert.Equal(0, result.Failed);
        Assert.Equal((null, "both", "both"), (Target("t/b"), Text("t/b"), Text("elsewhere/f")));
        File.AppendAllText(_folder["t/b"], " names");
        Assert.Equal("both names", Text("elsewhere/f"));
    }

    [Theory]
    [InlineData("upload", "nowhere", "the link of this name leads to nothing")]
    [InlineData("download", "nowhere", "the link of this name leads to nothing")]
    [InlineData("upload", "folder", "a folder of this name is in the way")]
    [InlineData("download", "folder", "a folder of this name is in the way")]
    [InlineData("download", "..", "the link of this name leads to a folder")]
    [InlineData("upload", "loop", "too many symbolic links")]
    public async Task Link_that_names_no_file_fails_that_file_alone(string direction, string target, string reason)
    {
        Link("t/f", $"../elsewhere/{target}");
        Link("elsewhere/loop", "loop");
        await using var server = new TestServer();
        TransferResult result = await TransferAsync(server, direction, Tree);
        TransferItem failure = Assert.Single(result.Failures);
        Assert.Equal(("t/f", reason), (failure.Path, failure.Reason));
        Assert.Equal(("new g", $"../elsewhere/{target}"), (Text("t/d/g"), Target("t/f")));
        Assert.False(File.Exists(_folder["elsewhere/nowhere"]));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder["elsewhere/folder"]));
    }

    [Theory]
    [InlineData("upload", "a", "x")]
    [InlineData("download", "a", "x")]
    [InlineData("upload", "z", "x")]
    [InlineData("download", "z", "x")]
    [InlineData("upload", "z", "a")]
    public async Task No_two_files_are_written_to_one(string direction, string link, string file)
    {
        Link($"t/{link}", file == "a" ? "../elsewhere/f" : file);
        if (file == "a")
            Link("t/a", "../elsewhere/f");
        else
            File.WriteAllText(_folder["t/x"], "old");
        foreach (string name in (string[])[link, file])
            File.WriteAllText(_folder[$"s/{name}"], new string(name[0], 3 << 20));
        await using var server = new TestServer();
        TransferResult result = await TransferAsync(server, direction, Tree);
        TransferItem failure = Assert.Single(result.Failures);
        string first = string.CompareOrdinal(link, file) < 0 ? link : file, second = first == link ? file : link;
        Assert.Equal(($"t/{second}", $"it is the same file as t/{first}, by a link"), (failure.Path, failure.Reason));
        Assert.Equal(Text($"s/{first}"), Text($"t/{first}"));
    }

    // Whatever comes second must not take the place of what came first.
    [Theory]
    [InlineData("upload", "a")]
    [InlineData("download", "a")]
    [InlineData("upload", "z")]
    [InlineData("download", "z")]
    public async Task No_link_takes_the_place_of_a_file_that_was_followed(string direction, string link)
    {
        Link($"t/{link}", "x");
        File.WriteAllText(_folder["t/x"], "old");
        File.WriteAllText(_folder[$"s/{link}"], new string('n', 3 << 20));
        Link("s/x", "nowhere");
        await using var server = new TestServer();
        TransferResult result = await TransferAsync(server, direction, Tree);
        TransferItem failure = Assert.Single(result.Failures);
        Assert.Equal(link == "a" ? "t/x" : "t/z", failure.Path);
        if (link == "a")
            Assert.Equal(Text("s/a"), Text("t/x"));
        else
            Assert.Equal("nowhere", Target("t/x"));
    }

    [Theory]
    [MemberData(nameof(Directions))]
    public async Task Links_are_not_followed_where_files_are_deleted(string direction)
    {
        Link("t/f", "x");
        File.WriteAllText(_folder["t/x"], "old");
        await using var server = new TestServer();
        FileRequestException e = await Assert.ThrowsAsync<FileRequestException>(
            () => TransferAsync(server, direction, Tree with { Delete = true }));
        Assert.EndsWith("links are not followed where files are deleted", e.Message);
        Assert.Equal(("old", "x"), (Text("t/x"), Target("t/f")));
    }

    [Fact]
    public async Task Followed_link_does_not_lead_out_of_the_root()
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await BoundedAsync(server, $"root=\"{_folder["t"]}\"");
        Link("t/f", "../elsewhere/f");
        Link("t/d/g", "../in");
        File.WriteAllText(_folder["t/in"], "old");
        TransferResult result = await client.UploadAsync([_folder["s"]], "/", Tree).Within();
        TransferItem failure = Assert.Single(result.Failures);
        Assert.Equal("f", failure.Path);
        Assert.Equal(("older f", "new g", "../elsewhere/f", "../in"), (Text("elsewhere/f"), Text("t/in"), Target("t/f"), Target("t/d/g")));
        // The answer does not depend on what is there.
        File.Delete(_folder["elsewhere/f"]);
        Assert.Equal(failure.Reason, Assert.Single((await client.UploadAsync([_folder["s"]], "/", Tree).Within()).Failures).Reason);
    }

    [Fact]
    public async Task Followed_link_does_not_lead_out_of_the_paths_of_the_key()
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await BoundedAsync(server, $"allow=\"files:{_folder["t"]}/**\"");
        Link("t/f", "../elsewhere/f");
        Link("t/d/g", "../in");
        File.WriteAllText(_folder["t/in"], "old");
        TransferResult result = await client.UploadAsync([_folder["s"]], _folder["t"], Tree).Within();
        Assert.Equal("t/f", Assert.Single(result.Failures).Path);
        Assert.Equal(("older f", "new g"), (Text("elsewhere/f"), Text("t/in")));
        string reason = result.Failures[0].Reason!;
        File.Delete(_folder["elsewhere/f"]);
        Assert.Equal(reason, Assert.Single((await client.UploadAsync([_folder["s"]], _folder["t"], Tree).Within()).Failures).Reason);
    }

    private static async Task<RemoteShellClient> BoundedAsync(TestServer server, string options)
    {
        ClientOptions own = server.ClientOptions($"c{Guid.NewGuid():N}");
        using var identity = Identity.LoadOrCreate(own.IdentityFile);
        server.AuthorizedKeys.Add($"{options} {identity.PublicKey} bounded");
        return await RemoteShellClient.ConnectAsync(own).Within();
    }

    private void Link(string name, string target) => File.CreateSymbolicLink(_folder[name], target);

    private string Text(string name) => File.ReadAllText(_folder[name]);

    private string? Target(string name) => new FileInfo(_folder[name]).LinkTarget;

    private async Task<TransferResult> TransferAsync(TestServer server, string direction, TransferOptions options)
    {
        await using RemoteShellClient client = await server.ConnectAsync();
        return await (direction == "upload"
            ? client.UploadAsync([_folder["s"]], _folder["t"], options)
            : client.DownloadAsync([_folder["s"]], _folder["t"], options)).Within();
    }
}
