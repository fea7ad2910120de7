using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using RemoteShell.Client.Transfers;
using RemoteShell.Files.Folders;
using RemoteShell.Files.Transfers.Records;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Tests.Transfers;

/// <summary>How much content a key may store: <c>--file-quota</c> and <c>file-quota="SIZE"</c>.</summary>
public sealed class FileQuotaTests : IDisposable
{
    private const int Kibi = 1024, Mebi = 1024 * Kibi;

    private readonly TemporaryFolder _folder = new();

    public FileQuotaTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "files are transferred on Linux only");
        Directory.CreateDirectory(_folder["t"]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task File_beyond_the_quota_fails_before_it_is_sent_and_others_go_on()
    {
        await using TestServer server = MakeServer(Mebi);
        await using RemoteShellClient client = await server.ConnectAsync();
        await File.WriteAllTextAsync(_folder["t/large"], "old");
        long sent = 0;
        var watcher = new ProgressWatcher(value => sent = value.Bytes);
        string[] sources = [Make("a", 300 * Kibi), Make("large", 3 * Mebi), Make("b", 300 * Kibi), Make("c", 600 * Kibi)];
        TransferResult result = await client.UploadAsync(sources, _folder["t"], null, watcher).Within();
        Assert.Equal((2L, 2L), (result.Transferred, result.Failed));
        Assert.Equal(600 * Kibi, sent);
        Assert.Equal(["c", "large"], result.Failures.Select(failure => failure.Path).Order());
        Assert.All(result.Failures, failure => Assert.StartsWith("exceeds the file quota of this key (1M): ", failure.Reason));
        Assert.Equal("old", await File.ReadAllTextAsync(_folder["t/large"]));
        Assert.Equal(["a", "b", "large"], Names());
    }

    [Fact]
    public async Task Replaced_and_removed_content_is_given_back()
    {
        await using TestServer server = MakeServer(Mebi);
        await using RemoteShellClient client = await server.ConnectAsync();
        await SucceedsAsync(client, Make("a", 700 * Kibi), "a");
        await SucceedsAsync(client, Make("b", 800 * Kibi), "a");
        await FailsAsync(client, Make("c", 300 * Kibi), "c");
        Assert.Equal(800 * Kibi, Stored(server));
        // Replaced by less, by a rename, by a link, and removed.
        await SucceedsAsync(client, Make("d", 400 * Kibi), "a");
        await SucceedsAsync(client, Make("e", 500 * Kibi), "e");
        await client.RenameAsync(_folder["t/e"], _folder["t/a"]).Within();
        Assert.Equal(500 * Kibi, Stored(server));
        await client.RenameAsync(_folder["t/a"], _folder["t/a"]).Within();
        Assert.Equal(500 * Kibi, Stored(server));
        File.CreateSymbolicLink(_folder["link"], "nowhere");
        await client.UploadAsync([_folder["link"]], _folder["t/a"], new() { Recursive = true, OntoTarget = true }).Within();
        Assert.Equal(0, Stored(server));
        await SucceedsAsync(client, Make("f", Mebi), "f");
        await client.DeleteAsync(_folder["t"], recursive: true).Within();
        Assert.Equal(0, Stored(server));
    }

    [Fact]
    public async Task Delete_of_what_the_source_has_not_gives_back()
    {
        await using TestServer server = MakeServer(Mebi);
        await using RemoteShellClient client = await server.ConnectAsync();
        Directory.CreateDirectory(_folder["s"]);
        File.Move(Make("a", 900 * Kibi), _folder["s/a"]);
        var options = new TransferOptions { Recursive = true, Delete = true };
        await client.UploadAsync([_folder["s/."]], _folder["t"], options).Within();
        Assert.Equal(900 * Kibi, Stored(server));
        File.Delete(_folder["s/a"]);
        await client.UploadAsync([_folder["s/."]], _folder["t"], options).Within();
        Assert.Equal(0, Stored(server));
    }

    [Fact]
    public async Task Content_with_two_names_counts_once()
    {
        await using TestServer server = MakeServer(Mebi);
        await using RemoteShellClient client = await server.ConnectAsync();
        Directory.CreateDirectory(_folder["s"]);
        File.Move(Make("a", 700 * Kibi), _folder["s/a"]);
        using (Process link = Process.Start("ln", [_folder["s/a"], _folder["s/b"]]))
            await link.WaitForExitAsync().Within();
        var options = new TransferOptions { Recursive = true, HardLinks = true };
        TransferResult result = await client.UploadAsync([_folder["s/."]], _folder["t"], options).Within();
        Assert.Equal((0L, 700 * Kibi), (result.Failed, Stored(server)));
        await client.DeleteAsync(_folder["t/a"]).Within();
        Assert.Equal(700 * Kibi, Stored(server));
        await client.DeleteAsync(_folder["t/b"]).Within();
        Assert.Equal(0, Stored(server));
    }

    [Fact]
    public async Task Holes_do_not_count()
    {
        await using TestServer server = MakeServer(Mebi);
        await using RemoteShellClient client = await server.ConnectAsync();
        using (FileStream file = File.Create(_folder["sparse"]))
        {
            file.Write(new byte[64 * Kibi]);
            file.SetLength(64 * Mebi);
        }

        await SucceedsAsync(client, _folder["sparse"], "sparse");
        Assert.InRange(Stored(server), 64 * Kibi, 128 * Kibi);
        Assert.Equal(64 * Mebi, new FileInfo(_folder["t/sparse"]).Length);
        await client.DeleteAsync(_folder["t/sparse"]).Within();
        Assert.Equal(0, Stored(server));
    }

    [Fact]
    public async Task File_whose_holes_are_a_lie_fails_at_the_byte()
    {
        await using TestServer server = MakeServer(3 * Mebi);
        await using RemoteShellClient client = await server.ConnectAsync();
        var start = new StartRecord { Role = StartRecord.Receive, Paths = [_folder["t"]], Sources = 1, Rules = new() };
        await using TransferSession session = await TransferSession.StartAsync(client, "put", start, CancellationToken.None);
        await session.ReadyAsync(CancellationToken.None).Within();
        var entry = new EntryRecord { Id = 1, Path = "f", Kind = "File", Size = 8 * Mebi, Holes = 8 * Mebi, Mode = 0x1A4 };
        await session.Writer.WriteAsync(entry, CancellationToken.None);
        for (int i = 0; i < 32; i++)
            await session.Writer.WriteAsync(new DataRecord(1, 0), new byte[256 * Kibi], CancellationToken.None);
        await session.Writer.WriteAsync(new EndRecord(), CancellationToken.None);
        await session.Writer.FlushAsync(CancellationToken.None);
        Assert.IsType<WantRecord>(await session.ReadAsync(CancellationToken.None).Within());
        var outcome = Assert.IsType<OutcomeRecord>(await session.ReadAsync(CancellationToken.None).Within());
        const string reason = "exceeds the file quota of this key (3M): 3145728 bytes are used; its partial file was removed";
        Assert.Equal(("Failed", reason), (outcome.Outcome, outcome.Reason));
        Assert.IsType<EndRecord>(await session.ReadAsync(CancellationToken.None).Within());
        await session.EndAsync().Within();
        Assert.Empty(Names());
        Assert.Equal(0, Stored(server));
    }

    [Fact]
    public async Task Concurrent_transfers_do_not_exceed_the_quota_together()
    {
        await using TestServer server = MakeServer(Mebi);
        await using RemoteShellClient client = await server.ConnectAsync();
        Task<TransferResult>[] uploads =
            [.. Enumerable.Range(0, 8).Select(i => client.UploadAsync([Make($"f{i}", 300 * Kibi)], _folder["t"]).Within())];
        TransferResult[] results = await Task.WhenAll(uploads);
        Assert.Equal((3L, 5L), (results.Sum(result => result.Transferred), results.Sum(result => result.Failed)));
        Assert.Equal(3, Names().Length);
        Assert.Equal(900 * Kibi, Stored(server));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Count_survives_a_restart_in_a_file_for_the_owner_alone()
    {
        await using TestServer server = MakeServer(Mebi);
        await using (RemoteShellClient client = await server.ConnectAsync())
            await SucceedsAsync(client, Make("a", 900 * Kibi), "a");
        await server.RestartAsync();
        await using RemoteShellClient again = await server.ConnectAsync();
        await FailsAsync(again, Make("b", 200 * Kibi), "b");
        string file = Assert.Single(Directory.GetFiles(QuotaFolder(server)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task Part_that_stays_after_an_interrupt_counts_and_is_resumed()
    {
        await using TestServer server = MakeServer(16 * Mebi);
        await using RemoteShellClient client = await server.ConnectAsync();
        string source = Make("a", 14 * Mebi);
        using var stop = new CancellationTokenSource();
        var watcher = new ProgressWatcher(value =>
        {
            if (value.Bytes > 10 * Mebi)
                stop.Cancel();
        });
        var slowly = new TransferOptions { MaxRate = 16 * Mebi };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => client.UploadAsync([source], _folder["t"], slowly, watcher, stop.Token).Within());
        await Waiting.Until(() => Stored(server) is > 4 * Mebi and < 14 * Mebi, "the part is counted");
        await FailsAsync(client, Make("b", 12 * Mebi), "b");
        long kept = 0;
        watcher = new(value => kept = value.Finished?.Kept ?? kept);
        TransferResult result = await client.UploadAsync([source], _folder["t"], null, watcher).Within();
        Assert.Equal(1, result.Transferred);
        Assert.InRange(kept, 4 * Mebi, 14 * Mebi);
        Assert.Equal(14 * Mebi, Stored(server));
        Assert.Equal(["a"], Names());
    }

    [Theory]
    [InlineData(Mebi)]
    [InlineData(13 * Mebi)]
    public async Task Part_of_another_source_makes_room_for_the_next_transfer_to_its_target(int size)
    {
        await using TestServer server = MakeServer(14 * Mebi);
        await using RemoteShellClient client = await server.ConnectAsync();
        string source = Make("a", 14 * Mebi);
        using var stop = new CancellationTokenSource();
        var watcher = new ProgressWatcher(value =>
        {
            if (value.Bytes > 13 * Mebi + (Mebi / 2))
                stop.Cancel();
        });
        var slowly = new TransferOptions { MaxRate = 16 * Mebi };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => client.UploadAsync([source], _folder["t/a"], slowly, watcher, stop.Token).Within());
        await Waiting.Until(() => Stored(server) > 13 * Mebi, "the part is counted");
        await FailsAsync(client, Make("b", Mebi), "b");
        await SucceedsAsync(client, Make("c", size), "a");
        Assert.Equal(size, Stored(server));
        Assert.Equal(["a"], Names());
    }

    [Fact]
    public async Task Option_of_a_key_overrides_that_of_the_server()
    {
        await using TestServer server = MakeServer(Mebi);
        ClientOptions own = server.ClientOptions("other");
        using (var identity = Identity.LoadOrCreate(own.IdentityFile))
            server.AuthorizedKeys.Add($"file-quota=\"2M\" {identity.PublicKey} other");
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(own).Within();
        await SucceedsAsync(client, Make("a", (2 * Mebi) - 10), "a");
        await FailsAsync(client, Make("b", 11), "b");
        // The key still runs commands, and the other key has a count of its own.
        Assert.Equal("hi\n", (await client.RunBufferedAsync(RemoteCommand.Shell("echo hi")).Within()).Output);
        await using RemoteShellClient first = await server.ConnectAsync();
        await SucceedsAsync(first, Make("c", Mebi), "c");
    }

    [Fact]
    public async Task Names_of_partial_files_are_refused()
    {
        const string name = ".rsh-partial-0123456789abcdef";
        await using TestServer server = MakeServer(Mebi);
        await using RemoteShellClient client = await server.ConnectAsync();
        TransferResult put = await client.UploadAsync([Make("a", 10)], _folder[$"t/{name}"]).Within();
        Assert.Contains("is a name for partial files", Assert.Single(put.Failures).Reason);
        await SucceedsAsync(client, Make("a", 10), "a");
        var renamed = await Assert.ThrowsAsync<FileRequestException>(
            () => client.RenameAsync(_folder["t/a"], _folder[$"t/{name}"]).Within());
        Assert.Equal(FileFault.Denied, renamed.Fault);
        await File.WriteAllTextAsync(_folder[$"t/{name}"], "left");
        renamed = await Assert.ThrowsAsync<FileRequestException>(
            () => client.RenameAsync(_folder[$"t/{name}"], _folder["t/b"]).Within());
        Assert.Equal(FileFault.Denied, renamed.Fault);
        await client.DeleteAsync(_folder[$"t/{name}"]).Within();
    }

    [Fact]
    public async Task Partial_file_of_a_running_transfer_cannot_be_removed()
    {
        await using TestServer server = MakeServer(16 * Mebi);
        await using RemoteShellClient client = await server.ConnectAsync();
        using var stop = new CancellationTokenSource();
        var slowly = new TransferOptions { MaxRate = Mebi };
        Task upload = client.UploadAsync([Make("a", 8 * Mebi)], _folder["t"], slowly, null, stop.Token);
        await Waiting.Until(() => Names().Length > 0, "the partial file is there");
        var refused = await Assert.ThrowsAsync<FileRequestException>(() => client.DeleteAsync(_folder[$"t/{Names()[0]}"]).Within());
        Assert.Equal(FileFault.Locked, refused.Fault);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => upload.Within());
    }

    [Fact]
    public async Task Log_names_the_direction_of_each_file()
    {
        await using TestServer server = MakeServer(Mebi);
        await using RemoteShellClient client = await server.ConnectAsync();
        await client.UploadAsync([Make("a", 10), Make("b", 2 * Mebi)], _folder["t"]).Within();
        await client.DownloadAsync([_folder["t/a"]], _folder["back"]).Within();
        LogEntry[] lines = [.. server.Events.Where(entry => entry.Properties.Any(property => property.Key == "Direction"))];
        string there = _folder["t"];
        Assert.Equal(
            [
                ("Received", $"{there}/a", "Transferred", "10"),
                ("Received", $"{there}/b", "Failed", "0"),
                ("Sent", $"{there}/a", "Transferred", "10"),
            ],
            lines.Select(line => (Text(line, "Direction"), Text(line, "Path"), Text(line, "Outcome"), Text(line, "Bytes"))).Order());
        Assert.All(lines, line => Assert.Equal(server.Identity.PublicKey.Fingerprint, Text(line, "Fingerprint")));
        Assert.All(lines.Where(line => Text(line, "Outcome") == "Transferred"), line => Assert.StartsWith("crc32c:", Text(line, "Digest")));
    }

    private static string Text(LogEntry entry, string name)
        => entry.Properties.First(property => property.Key == name).Value?.ToString() ?? "";

    private static TestServer MakeServer(long quota) => new(options => options with { FileQuota = quota });

    private static string QuotaFolder(TestServer server) => Path.Combine(server.Folder, "server", "quotas");

    // 0 if the server has not counted anything yet.
    private static long Stored(TestServer server)
    {
        string[] files = Directory.Exists(QuotaFolder(server)) ? Directory.GetFiles(QuotaFolder(server)) : [];
        string? file = files.SingleOrDefault(path => !path.EndsWith(".new", StringComparison.Ordinal));
        return file is null ? 0 : long.Parse(File.ReadAllText(file).Split(' ')[0], CultureInfo.InvariantCulture);
    }

    private string[] Names() => [.. Directory.GetFileSystemEntries(_folder["t"]).Select(Path.GetFileName).Order()!];

    private string Make(string name, int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        File.WriteAllBytes(_folder[name], bytes);
        return _folder[name];
    }

    private async Task SucceedsAsync(RemoteShellClient client, string source, string name)
    {
        TransferResult result = await client.UploadAsync([source], _folder[$"t/{name}"]).Within();
        Assert.Equal((1L, ""), (result.Transferred, string.Join('\n', result.Failures.Select(failure => failure.Reason))));
    }

    private async Task FailsAsync(RemoteShellClient client, string source, string name)
    {
        TransferResult result = await client.UploadAsync([source], _folder[$"t/{name}"]).Within();
        Assert.Contains("exceeds the file quota of this key", Assert.Single(result.Failures).Reason);
        Assert.False(File.Exists(_folder[$"t/{name}"]));
    }
}
