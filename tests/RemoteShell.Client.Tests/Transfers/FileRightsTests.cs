using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Tests.Transfers;

/// <summary>What the options of a key allow with files: <c>root</c>, <c>read-only</c>, <c>write-only</c> and <c>no-files</c>.</summary>
public sealed class FileRightsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public FileRightsTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "files are transferred on Linux only");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("../secret")]
    [InlineData("/../secret")]
    [InlineData("../../../../../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("~/../secret")]
    [InlineData("~root/x")]
    [InlineData("in/../../secret")]
    [InlineData("link/secret")]
    [InlineData("link")]
    [InlineData("absolute")]
    public async Task Nothing_outside_of_the_root_is_reached_or_told(string path)
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await ConnectAsync(server, $"root=\"{Root()}\"");
        string secret = _folder["secret"];
        await File.WriteAllTextAsync(secret, "secret");
        Directory.CreateDirectory(_folder["root/in"]);
        File.CreateSymbolicLink(_folder["root/link"], "..");
        File.CreateSymbolicLink(_folder["root/absolute"], secret);
        string target = _folder["target"];
        await FailsAsync(() => client.DownloadAsync([path], target));
        await FailsAsync(() => client.ListAsync($"{path}/"));
        await FailsAsync(() => client.GetAsync(path, _ => new MemoryStream()));
        await File.WriteAllTextAsync(_folder["new"], "new");
        if (path is not ("link" or "absolute"))
            await FailsAsync(() => client.UploadAsync([_folder["new"]], path));
        Assert.False(File.Exists(target));
        Assert.Equal("secret", await File.ReadAllTextAsync(secret));
        // The text is the same whether or not something is there.
        string there = await FailsAsync(() => client.StatAsync("../secret"));
        string nowhere = await FailsAsync(() => client.StatAsync("../nosuch"));
        Assert.Equal(there.Replace("secret", "nosuch", StringComparison.Ordinal), nowhere);
    }

    [Fact]
    public async Task Link_that_is_swapped_in_during_the_transfer_does_not_lead_out()
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await ConnectAsync(server, $"root=\"{Root()}\"");
        Directory.CreateDirectory(_folder["outside"]);
        await File.WriteAllTextAsync(_folder["outside/f"], "secret");
        Directory.CreateDirectory(_folder["real"]);
        await File.WriteAllTextAsync(_folder["real/f"], "inside");
        await File.WriteAllTextAsync(_folder["mine"], "mine");
        await using var swapper = new FolderSwapper(_folder["root"], _folder["real"], "../outside");
        int inside = 0, refused = 0;
        for (int i = 0; i < TestSize.Of(400, 10_000); i++)
        {
            string target = _folder["got"];
            bool hasCome = await TryAsync(() => client.DownloadAsync(["swap/f"], target));
            if (File.Exists(target))
                Assert.NotEqual("secret", await File.ReadAllTextAsync(target));
            File.Delete(target);
            bool hasGone = await TryAsync(() => client.UploadAsync([_folder["mine"]], "swap/f"));
            Assert.Equal("secret", await File.ReadAllTextAsync(_folder["outside/f"]));
            Assert.Single(Directory.GetFileSystemEntries(_folder["outside"]));
            inside += (hasCome ? 1 : 0) + (hasGone ? 1 : 0);
            refused += (hasCome ? 0 : 1) + (hasGone ? 0 : 1);
        }

        Assert.True(inside > 0, "the folder was never there");
        Assert.True(refused > 0, "the folder was always there");
        Assert.InRange(swapper.Swaps, 10_000, long.MaxValue);
    }

    [Fact]
    public async Task Link_that_is_swapped_in_during_a_recursive_operation_does_not_lead_out()
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await ConnectAsync(server, $"root=\"{Root()}\"");
        string[] secrets = ["outside/d/f", "outside/d/only", "outside/only"];
        foreach (string file in (string[])[.. secrets, "real/d/f", "real/d/e/f", "mine/swap/d/f", "mine/swap/g"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder[file])!);
            await File.WriteAllTextAsync(_folder[file], secrets.Contains(file) ? "secret" : "inside");
        }

        var all = new TransferOptions { Recursive = true };
        await using var swapper = new FolderSwapper(_folder["root"], _folder["real"], "../outside");
        int[] inside = new int[4], refused = new int[4];
        for (int i = 0; i < TestSize.Of(600, 10_000); i++)
        {
            string target = _folder["got"];
            bool isDone = await TryAsync(() => (i % 4) switch
            {
                0 => client.DownloadAsync(["swap"], target, all),
                1 => client.UploadAsync([_folder["mine/swap"]], ".", all with { Delete = true }),
                2 => client.ListAsync("swap", recursive: true),
                _ => client.DeleteAsync("swap", recursive: true),
            });
            (isDone ? inside : refused)[i % 4]++;
            if (Directory.Exists(target))
            {
                string[] files = Directory.GetFiles(target, "*", SearchOption.AllDirectories);
                Assert.DoesNotContain(files, file => Path.GetFileName(file) == "only" || File.ReadAllText(file) == "secret");
                Directory.Delete(target, recursive: true);
            }

            File.Delete(target);
            IEnumerable<string> there = Directory.EnumerateFiles(_folder["outside"], "*", SearchOption.AllDirectories)
                .Select(file => $"{Path.GetRelativePath(_folder["outside"], file)} {File.ReadAllText(file)}").Order(StringComparer.Ordinal);
            Assert.Equal(["d/f secret", "d/only secret", "only secret"], there);
        }

        Assert.DoesNotContain(0, inside);
        Assert.DoesNotContain(0, refused);
        Assert.InRange(swapper.Swaps, 10_000, long.MaxValue);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("folder")]
    [InlineData("nowhere")]
    public async Task Link_that_leads_out_of_the_root_is_replaced_and_not_followed(string target)
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await ConnectAsync(server, $"root=\"{Root()}\"");
        Directory.CreateDirectory(_folder["outside/folder"]);
        await File.WriteAllTextAsync(_folder["outside/file"], "secret");
        await File.WriteAllTextAsync(_folder["new"], "new");
        foreach (string link in new[] { $"../outside/{target}", _folder[$"outside/{target}"] })
        {
            File.Delete(_folder["root/link"]);
            File.CreateSymbolicLink(_folder["root/link"], link);
            await FailsAsync(() => client.UploadAsync([_folder["new"]], "link/"));
            await FailsAsync(() => client.UploadAsync([_folder["new"]], "link", new() { FollowTarget = true }));
            Assert.Equal(1, (await client.UploadAsync([_folder["new"]], "link").Within()).Transferred);
            Assert.Null(new FileInfo(_folder["root/link"]).LinkTarget);
            Assert.Equal("new", await File.ReadAllTextAsync(_folder["root/link"]));
        }

        Assert.Equal("secret", await File.ReadAllTextAsync(_folder["outside/file"]));
        Assert.Empty(Directory.GetFileSystemEntries(_folder["outside/folder"]));
        Assert.False(File.Exists(_folder["outside/nowhere"]));
    }

    [Fact]
    public async Task Refusal_is_in_the_log_with_the_option_that_refuses()
    {
        await using var server = new TestServer();
        string file = _folder["f"];
        await File.WriteAllTextAsync(file, "1");
        await using RemoteShellClient reader = await ConnectAsync(server, "read-only"), writer = await ConnectAsync(server, "write-only");
        await IsRefusedAsync(server, "read-only", 2, () => reader.UploadAsync([file], file));
        await IsRefusedAsync(server, "read-only", 2, () => reader.DeleteAsync(file));
        await IsRefusedAsync(server, "read-only", 2, () => reader.RenameAsync(file, file));
        await IsRefusedAsync(server, "read-only", 2, () => reader.MakeDirectoryAsync(file));
        await IsRefusedAsync(server, "write-only", 3, () => writer.DownloadAsync([file], _folder["no"]));
        await IsRefusedAsync(server, "write-only", 3, () => writer.ListAsync(file));
        await IsRefusedAsync(server, "write-only", 3, () => writer.StatAsync(file));
    }

    [Fact]
    public async Task Key_for_files_runs_no_command()
    {
        await using var server = new TestServer();
        foreach (string options in new[] { $"root=\"{Root()}\"", "read-only", "write-only" })
        {
            await using RemoteShellClient client = await ConnectAsync(server, options);
            var refused = await Assert.ThrowsAsync<RequestRefusedException>(
                () => client.RunBufferedAsync(RemoteCommand.Shell("true")).Within());
            Assert.Equal(ErrorCode.Forbidden, refused.Code);
            refused = await Assert.ThrowsAsync<RequestRefusedException>(
                () => client.StartConversationAsync(new(), new CommandStreams()).Within());
            Assert.Equal(ErrorCode.Forbidden, refused.Code);
        }
    }

    [Fact]
    public async Task Reading_and_writing_are_allowed_one_by_one()
    {
        await using var server = new TestServer();
        await File.WriteAllTextAsync(_folder["f"], "1");
        await using (RemoteShellClient reader = await ConnectAsync(server, "read-only"))
        {
            await reader.DownloadAsync([_folder["f"]], _folder["copy"]).Within();
            await FailsAsync(() => reader.UploadAsync([_folder["f"]], _folder["no"]));
            await FailsAsync(() => reader.DeleteAsync(_folder["f"]));
        }

        await using (RemoteShellClient writer = await ConnectAsync(server, "write-only"))
        {
            await writer.UploadAsync([_folder["f"]], _folder["sent"]).Within();
            await FailsAsync(() => writer.DownloadAsync([_folder["f"]], _folder["no"]));
            await FailsAsync(() => writer.ListAsync(_folder.Path));
            // Each of these would tell what is there.
            await FailsAsync(() => writer.UploadAsync([_folder["f"]], _folder["sent"], new() { DryRun = true }));
            await FailsAsync(() => writer.UploadAsync([_folder["f"]], _folder["sent"], new() { Checksum = true }));
            await FailsAsync(() => writer.UploadAsync([_folder["d"]], _folder["d"], new() { Recursive = true, Delete = true }));
            await FailsAsync(() => writer.GetAsync(_folder["f"], _ => new MemoryStream()));
        }

        await using RemoteShellClient none = await ConnectAsync(server, "no-files");
        await FailsAsync(() => none.DownloadAsync([_folder["f"]], _folder["no"]));
        await FailsAsync(() => none.GetAsync(_folder["f"], _ => new MemoryStream()));
        Assert.Equal("hi\n", (await none.RunBufferedAsync(RemoteCommand.Shell("echo hi")).Within()).Output);
        Assert.False(File.Exists(_folder["no"]));
    }

    private string Root()
    {
        Directory.CreateDirectory(_folder["root"]);
        return _folder["root"];
    }

    private static async Task<RemoteShellClient> ConnectAsync(TestServer server, string options)
    {
        ClientOptions own = server.ClientOptions($"c{Guid.NewGuid():N}");
        using var identity = Identity.LoadOrCreate(own.IdentityFile);
        server.AuthorizedKeys.Add($"{options} {identity.PublicKey} bounded");
        return await RemoteShellClient.ConnectAsync(own).Within();
    }

    private static async Task IsRefusedAsync(TestServer server, string option, int line, Func<Task> run)
    {
        int before = server.Log.Count;
        Assert.EndsWith("not allowed for this key", await FailsAsync(run));
        string place = $"refused by {option} in {server.AuthorizedKeys.Path} line {line}";
        Assert.Contains(server.Log.Skip(before), entry => entry.EndsWith(place, StringComparison.Ordinal));
    }

    private static async Task<string> FailsAsync(Func<Task> run)
    {
        Exception e = await Assert.ThrowsAnyAsync<RemoteShellException>(() => run().Within());
        Assert.True(e is FileRequestException or RequestRefusedException, e.ToString());
        return e.Message;
    }

    // False if the path was not there at that moment, or led out.
    private static async Task<bool> TryAsync(Func<Task> run)
    {
        Task running = run();
        try
        {
            await running.Within();
            return running is not Task<TransferResult> { Result.Failed: > 0 };
        }
        catch (FileRequestException)
        {
            return false;
        }
    }
}
