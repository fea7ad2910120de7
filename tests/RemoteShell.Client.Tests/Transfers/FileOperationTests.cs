using RemoteShell.Files.Folders;

namespace RemoteShell.Client.Tests.Transfers;

/// <summary>Operations on paths that do not name what they need: nothing is changed, and the reason says what to do.</summary>
public sealed class FileOperationTests : IAsyncDisposable
{
    private const string NotFolder = "is not a directory";
    private const string IsLink = "is a symbolic link, and not a directory; leave out the slash at its end to name the link itself";
    private const string IntoItself = "a directory cannot be moved into itself";

    private readonly TemporaryFolder _folder = new();
    private readonly TestServer _server;

    public FileOperationTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "files are transferred on Linux only");
        _server = new();
        Directory.CreateDirectory(_folder["d/sub"]);
        File.WriteAllText(_folder["d/f"], "content");
        File.WriteAllText(_folder["f"], "content");
        File.CreateSymbolicLink(_folder["link"], "d");
        File.CreateSymbolicLink(_folder["dangling"], "nowhere");
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("rm", "f/", NotFolder)]
    [InlineData("rm", "link/", IsLink)]
    [InlineData("rm", "dangling/", IsLink)]
    [InlineData("rm", "d/.", "a path that ends with '.' or '..' cannot be deleted; give the name of the directory")]
    [InlineData("rm", "d/sub/../", "a path that ends with '.' or '..' cannot be deleted; give the name of the directory")]
    [InlineData("mv", "f/", NotFolder)]
    [InlineData("mv", "link/", IsLink)]
    [InlineData("mv", "d/.", "a path that ends with '.' or '..' cannot be renamed; give the name of the directory")]
    [InlineData("ls", "f/", NotFolder)]
    [InlineData("stat", "f/", NotFolder)]
    [InlineData("get", "f/", NotFolder)]
    public async Task Path_that_does_not_name_a_folder_is_refused(string verb, string path, string reason)
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        string full = $"{_folder.Path}/{path}";
        var refused = await Assert.ThrowsAsync<FileRequestException>(() => (verb switch
        {
            "rm" => client.DeleteAsync(full, recursive: true),
            "mv" => client.RenameAsync(full, _folder["new"]),
            "ls" => client.ListAsync(full),
            "stat" => client.StatAsync(full),
            _ => client.DownloadAsync([full], _folder["new"]),
        }).Within());
        Assert.Equal($"{full}: {reason}", refused.Message);
        AssertUnchanged();
    }

    [Theory]
    [InlineData("d", "d/new", "d/new")]
    [InlineData("d", "d/sub", "d/sub/d")]
    [InlineData("d", "d", "d/d")]
    [InlineData("d", "link/sub/new", "link/sub/new")]
    public async Task Folder_is_not_moved_into_itself(string from, string to, string told)
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        var refused = await Assert.ThrowsAsync<FileRequestException>(() => client.RenameAsync(_folder[from], _folder[to]).Within());
        Assert.Equal($"{_folder[told]}: {IntoItself}", refused.Message);
        AssertUnchanged();
    }

    [Fact]
    public async Task Root_of_a_key_is_not_deleted()
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        var refused = await Assert.ThrowsAsync<FileRequestException>(() => client.DeleteAsync("/", recursive: true).Within());
        Assert.Equal((FileFault.Denied, "/: is where all paths begin, and cannot be deleted"), (refused.Fault, refused.Message));
    }

    [Theory]
    [InlineData("d")]
    [InlineData("d/")]
    [InlineData("d/.")]
    [InlineData("d/sub/..")]
    [InlineData("link")]
    [InlineData("f")]
    public async Task Folder_that_is_there_is_not_made(string name)
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        var refused = await Assert.ThrowsAsync<FileRequestException>(() => client.MakeDirectoryAsync(_folder[name]).Within());
        Assert.Equal(FileFault.Exists, refused.Fault);
        AssertUnchanged();
        if (name != "f")
            await client.MakeDirectoryAsync(_folder[name], parents: true).Within();
        AssertUnchanged();
    }

    [Theory]
    [InlineData("rm")]
    [InlineData("mv")]
    [InlineData("mkdir")]
    [InlineData("ls")]
    [InlineData("stat")]
    [InlineData("get")]
    [InlineData("put")]
    public async Task Server_logs_the_reason_of_a_request_that_it_refuses(string verb)
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        string path = _folder["nosuch/f"];
        var refused = await Assert.ThrowsAsync<FileRequestException>(() => (verb switch
        {
            "rm" => client.DeleteAsync(path),
            "mv" => client.RenameAsync(path, _folder["new"]),
            "mkdir" => client.MakeDirectoryAsync(path),
            "ls" => client.ListAsync(path),
            "stat" => client.StatAsync(path),
            "get" => client.DownloadAsync([path], _folder["new"]),
            _ => client.UploadAsync([_folder["f"]], path),
        }).Within());
        await Waiting.Until(() => _server.Log.Any(line => line.Contains(" ended for ", StringComparison.Ordinal)), "the job has ended");
        Assert.Contains(_server.Log, line => line.Contains($": exited 1 ({refused.Message}), ", StringComparison.Ordinal));
    }

    private void AssertUnchanged()
    {
        Assert.Equal(["d", "dangling", "f", "link"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order());
        Assert.Equal(["f", "sub"], Directory.GetFileSystemEntries(_folder["d"]).Select(Path.GetFileName).Order());
    }
}
