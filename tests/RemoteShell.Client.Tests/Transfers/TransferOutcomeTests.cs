using RemoteShell.Files.Folders;
using RemoteShell.Files.Transfers;

namespace RemoteShell.Client.Tests.Transfers;

/// <summary>Uploads, downloads and copies report the same outcomes.</summary>
public sealed class TransferOutcomeTests : IDisposable
{
    private static readonly TransferOptions Folders = new() { Recursive = true, HardLinks = true };

    private readonly TemporaryFolder _folder = new();

    public TransferOutcomeTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "files are transferred on Linux only");

    public static TheoryData<string> Directions => ["upload", "download", "copy"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Directions))]
    public async Task Bytes_of_files_that_are_there_already_are_counted(string direction)
    {
        await RunAsync("mkdir s; printf 12345 > s/f; head -c 3000000 /dev/zero > s/large; ln s/large s/link; mkdir s/d; printf 1 > s/d/g");
        await using var server = new TestServer();
        TransferResult first = await TransferAsync(server, direction, Folders with { DryRun = true });
        Assert.Equal((6, 6_000_006), (first.Transferred, first.Bytes));
        first = await TransferAsync(server, direction, Folders);
        Assert.Equal((6, 6_000_006), (first.Transferred, first.Bytes));
        TransferResult again = await TransferAsync(server, direction, Folders with { OntoTarget = true });
        Assert.Equal((6, 6_000_006), (again.Unchanged, again.Bytes));
    }

    [Theory]
    [MemberData(nameof(Directions))]
    public async Task Unchanged_files_have_the_digest_that_is_asked_for(string direction)
    {
        await RunAsync("mkdir s; printf 12345 > s/f");
        await using var server = new TestServer();
        await TransferAsync(server, direction, Folders);
        TransferOptions options = Folders with { OntoTarget = true, Checksum = true };
        Assert.Equal("crc32c:", (await DigestAsync(options))[..7]);
        const string sha256 = "sha256:5994471abb01112afcc18159f6cc74b4f511b99806da59b3caf5a9c173cacfc5";
        Assert.Equal(sha256, await DigestAsync(options with { Digest = DigestAlgorithm.Sha256 }));
        await RunAsync("touch -r s/f time; printf 54321 > s/f; touch -r time s/f");
        Assert.Equal(1, (await TransferAsync(server, direction, options with { Digest = DigestAlgorithm.Sha256 })).Transferred);
        Assert.Equal("54321", await File.ReadAllTextAsync(_folder["t/f"]));

        async Task<string> DigestAsync(TransferOptions wanted)
        {
            var items = new ItemList();
            await TransferAsync(server, direction, wanted, items);
            TransferItem file = items.Items.Single(item => item.Path == "t/f");
            Assert.Equal(TransferOutcome.Unchanged, file.Outcome);
            return file.Digest ?? "";
        }
    }

    [Theory]
    [MemberData(nameof(Directions))]
    public async Task What_cannot_be_sent_has_its_path_below_the_target(string direction)
    {
        await RunAsync("mkdir -p s/d; mkfifo s/d/fifo");
        await using var server = new TestServer();
        var items = new ItemList();
        await TransferAsync(server, direction, Folders, items);
        Assert.Equal(["t", "t/d", "t/d/fifo"], items.Items.Select(item => item.Path).Order());
        Assert.Equal(TransferOutcome.Skipped, items.Items.Single(item => item.Path == "t/d/fifo").Outcome);
        string path = _folder[direction == "upload" ? "t/d/fifo" : "s/d/fifo"];
        Assert.Contains(server.Log, line => line.Contains($"file {path}: Skipped", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Directions))]
    public async Task Server_logs_each_file_with_its_path_there_and_the_job(string direction)
    {
        await RunAsync("mkdir -p s/d t/old; printf 12345 > s/d/f; ln -s s/d link");
        await using var server = new TestServer();
        await TransferAsync(server, direction, Folders with { OntoTarget = true, Delete = true }, null, "link/../../s");
        LogEntry[] files = [.. server.Events.Where(entry => entry.Properties.Any(property => property.Key == "Direction"))];
        string[] jobs = [.. files.Select(file => Property(file, "Job")).Distinct()];
        Assert.Equal(direction == "copy" ? 2 : 1, jobs.Length);
        Assert.All(jobs, job => Assert.Contains(server.Log, line => line.StartsWith($"job {job} started", StringComparison.Ordinal)));
        string[] sent = [_folder["s"], _folder["s/d"], _folder["s/d/f"]];
        string[] received = [_folder["t"], _folder["t/d"], _folder["t/d/f"], _folder["t/old"]];
        Assert.Equal(direction == "upload" ? [] : sent, PathsOf("Sent"));
        Assert.Equal(direction == "download" ? [] : received, PathsOf("Received"));
        Assert.All(files, file => Assert.Contains(server.Identity.PublicKey.Fingerprint, file.Message));
        Assert.All(
            files.Where(file => Property(file, "Path").EndsWith("/f", StringComparison.Ordinal)),
            file => Assert.Contains("/d/f: Transferred, 5 bytes, crc32c:", file.Message));

        IEnumerable<string> PathsOf(string wanted) => files
            .Where(file => Property(file, "Direction") == wanted)
            .Select(file => Property(file, "Path"))
            .Order(StringComparer.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Directions))]
    public async Task Server_logs_the_bytes_that_were_sent_of_a_file_that_became_shorter(string direction)
    {
        const long size = 32 << 20;
        await RunAsync($"mkdir s; head -c {size} /dev/urandom > s/f");
        await using var server = new TestServer();
        var shortening = new Shortening(_folder["s/f"]);
        // The sender is slower than the receiver, and so reads the file when it is short.
        TransferResult result = await TransferAsync(server, direction, Folders with { MaxRate = 16 << 20 }, shortening);
        Assert.Equal(1, result.Failed);
        LogEntry[] files = [.. server.Events.Where(entry => entry.Message.Contains("/f: ", StringComparison.Ordinal))];
        Assert.Equal(direction == "copy" ? 2 : 1, files.Length);
        Assert.All(files, file =>
        {
            Assert.Equal("Failed", Property(file, "Outcome"));
            long bytes = long.Parse(Property(file, "Bytes"), System.Globalization.CultureInfo.InvariantCulture);
            Assert.InRange(bytes, 1, size - 1);
            Assert.EndsWith($"/f: Failed, {bytes} bytes: {result.Failures[0].Reason}", file.Message, StringComparison.Ordinal);
        });
    }

    [Theory]
    [MemberData(nameof(Directions))]
    public async Task File_that_is_named_like_a_partial_file_is_skipped_and_told(string direction)
    {
        const string name = ".rsh-partial-0123456789abcdef";
        await RunAsync($"mkdir -p s/d s/d/{name}; touch s/{name} s/d/{name}.record; echo 1 > s/d/{name}/f");
        await using var server = new TestServer();
        var items = new ItemList();
        TransferResult result = await TransferAsync(server, direction, Folders with { Delete = true }, items);
        // A folder of this name is an ordinary one.
        Assert.Equal((4, 2, 0), (result.Transferred, result.Skipped, result.Failed));
        TransferItem[] skipped = [.. items.Items.Where(item => item.Outcome == TransferOutcome.Skipped).OrderBy(item => item.Path.Length)];
        Assert.Equal([$"t/{name}", $"t/d/{name}.record"], skipped.Select(item => item.Path));
        const string reason = "a partial file of another transfer, or named like one; it is not transferred";
        Assert.All(skipped, item => Assert.Equal(reason, item.Reason));
        Assert.True(File.Exists(_folder[$"t/d/{name}/f"]));
    }

    [Theory]
    [MemberData(nameof(Directions))]
    public async Task Folder_that_cannot_be_listed_counts_as_one_failure(string direction)
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "root may list each folder");
        await RunAsync("mkdir -p s/d/e t/d; touch s/f; chmod 000 s/d");
        await using var server = new TestServer();
        var items = new ItemList();
        TransferResult result = await TransferAsync(server, direction, Folders with { OntoTarget = true }, items);
        await RunAsync("chmod 700 s/d t/d");
        Assert.Equal((1, 1, 1), (result.Transferred, result.Unchanged, result.Failed));
        Assert.Equal(["t", "t/d", "t/f"], items.Items.Select(item => item.Path).Order());
        Assert.Equal(("t/d", "permission denied"), (result.Failures[0].Path, result.Failures[0].Reason));
    }

    [Theory]
    [MemberData(nameof(Directions))]
    public async Task Folder_that_is_read_only_gets_its_new_content_and_loses_the_old(string direction)
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "root may write into each folder");
        await RunAsync("mkdir -p s/d; echo new > s/d/f; mkdir -p t/d/old/e; echo 1 > t/d/old/e/g; touch t/d/g; echo old! > t/d/f");
        await RunAsync("chmod -R a-w s/d t/d");
        await using var server = new TestServer();
        TransferResult result = await TransferAsync(server, direction, Folders with { OntoTarget = true, Delete = true });
        int mode;
        using (Folder target = Folder.Open(System.Text.Encoding.UTF8.GetBytes(_folder["t"])))
            mode = target.Stat(RemoteShell.Files.Names.FileName.Of("d")).Mode;
        await RunAsync("chmod -R u+w s t");
        Assert.Equal((1, 2, 0), (result.Transferred, result.Deleted, result.Failed));
        Assert.Equal("new\n", await File.ReadAllTextAsync(_folder["t/d/f"]));
        Assert.Equal([_folder["t/d/f"]], Directory.GetFileSystemEntries(_folder["t/d"]));
        // The folder is read-only, as in the source.
        Assert.Equal(0, mode & 0x92);
    }

    [Theory]
    [MemberData(nameof(Directions))]
    public async Task Failure_of_a_folder_is_said_once_for_what_is_below(string direction)
    {
        await RunAsync("mkdir -p s/a/b/c t; touch s/a/b/c/f t/a");
        await using var server = new TestServer();
        TransferResult result = await TransferAsync(server, direction, Folders with { OntoTarget = true });
        const string reason = "something that is not a folder has this name";
        Assert.Equal([reason, .. Enumerable.Repeat($"its folder failed: {reason}", 3)], result.Failures.Select(failure => failure.Reason!));
    }

    [Theory]
    [MemberData(nameof(Directions))]
    public async Task Folder_keeps_its_time_when_a_link_in_it_waits_for_a_file(string direction)
    {
        await RunAsync("mkdir -p s/d; head -c 8000000 /dev/urandom > s/a; ln s/a s/d/link; touch -d 2001-02-03 s/d");
        await using var server = new TestServer();
        Assert.Equal(4, (await TransferAsync(server, direction, Folders)).Transferred);
        Assert.Equal(Directory.GetLastWriteTimeUtc(_folder["s/d"]), Directory.GetLastWriteTimeUtc(_folder["t/d"]));
    }

    [Theory]
    [MemberData(nameof(Directions))]
    public async Task Two_sources_of_one_name_are_transferred_one_after_the_other(string direction)
    {
        await RunAsync("mkdir -p 1/x/d 2/x/d t; head -c 8000000 /dev/urandom > 1/x/d/f; echo 2 > 2/x/d/g");
        await using var server = new TestServer();
        TransferResult result = await TransferAsync(server, direction, Folders, null, "1/x", "2/x");
        Assert.Equal((0, 6), (result.Failed, result.Transferred + result.Unchanged));
        Assert.Equal(2, Directory.GetFiles(_folder["t/x/d"]).Length);
    }

    private static string Property(LogEntry entry, string name) => $"{entry.Properties.First(property => property.Key == name).Value}";

    private async Task<TransferResult> TransferAsync(
        TestServer server, string direction, TransferOptions options, IProgress<TransferProgress>? progress = null, params string[] sources)
    {
        string[] from = [.. (sources.Length > 0 ? sources : ["s"]).Select(source => _folder[source])];
        string to = _folder["t"];
        await using RemoteShellClient client = await server.ConnectAsync(), other = await server.ConnectAsync();
        return await (direction switch
        {
            "upload" => client.UploadAsync(from, to, options, progress),
            "download" => client.DownloadAsync(from, to, options, progress),
            _ => client.CopyToAsync(from, other, to, options, progress),
        }).Within();
    }

    private async Task RunAsync(string script)
    {
        var start = new System.Diagnostics.ProcessStartInfo("bash", ["-euc", script]) { WorkingDirectory = _folder.Path };
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(start)!;
        await process.WaitForExitAsync().Within();
        Assert.Equal(0, process.ExitCode);
    }

    /// <summary>Makes a file shorter when its first bytes are under way.</summary>
    private sealed class Shortening(string file) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value)
        {
            if (value is { Bytes: > 0, Finished: null })
                File.WriteAllText(file, "short");
        }
    }

    private sealed class ItemList : IProgress<TransferProgress>
    {
        private readonly Lock _gate = new();
        private readonly List<TransferItem> _items = [];

        public TransferItem[] Items
        {
            get
            {
                lock (_gate)
                    return [.. _items];
            }
        }

        public void Report(TransferProgress value)
        {
            lock (_gate)
            {
                if (value.Finished is { } item)
                    _items.Add(item);
            }
        }
    }
}
