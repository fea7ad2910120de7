using RemoteShell.Files.Folders;
using RemoteShell.Files.Transfers;

namespace RemoteShell.Client.Tests.Transfers;

/// <summary>Transfers of files and folders through a real server.</summary>
public sealed class TransferTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rsh-files-").FullName;

    public TransferTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "files are transferred on Linux only");

    // .NET cannot delete names that are not UTF-8.
    public void Dispose() => System.Diagnostics.Process.Start("rm", ["-rf", "--", _folder]).WaitForExit();

    [Fact]
    public async Task Tree_is_the_same_there_and_back()
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        var random = new Random(17);
        string source = await RandomTree.MakeAsync(Path.Combine(_folder, "source"), random, TestSize.Of(1000, 5000));
        string expected = await RandomTree.DescribeAsync(source);
        var options = new TransferOptions { Recursive = true, Digest = DigestAlgorithm.Sha256 };

        TransferResult sent = await client.UploadAsync([source], At("there"), options).Within();
        Assert.Equal((0L, ""), (sent.Failed, Reasons(sent)));
        Assert.Equal(expected, await RandomTree.DescribeAsync(At("there")));
        TransferResult fetched = await client.DownloadAsync([At("there")], At("back"), options).Within();
        Assert.Equal((0L, ""), (fetched.Failed, Reasons(fetched)));
        Assert.Equal(expected, await RandomTree.DescribeAsync(At("back")));
        Assert.Equal(sent.Transferred, fetched.Transferred);

        // Again: nothing is sent.
        TransferResult again = await client.UploadAsync([$"{source}/."], At("there"), options).Within();
        Assert.Equal((0L, sent.Transferred), (again.Transferred, again.Unchanged));
    }

    [Fact]
    public async Task Transfer_goes_on_over_lost_connections()
    {
        await using var server = new TestServer();
        await using var relay = new TcpRelay(server.Address) { Budget = number => 300_000 + (number * 50_000L) };
        await using RemoteShellClient client =
            await RemoteShellClient.ConnectAsync(server.Options with { Host = new("127.0.0.1", relay.Address.Port) }).Within();
        string source = await RandomTree.MakeAsync(Path.Combine(_folder, "source"), new Random(18), 60);
        string expected = await RandomTree.DescribeAsync(source);
        var options = new TransferOptions { Recursive = true };
        TransferResult sent = await client.UploadAsync([source], At("there"), options).WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal((0L, ""), (sent.Failed, Reasons(sent)));
        TransferResult fetched = await client.DownloadAsync([At("there")], At("back"), options).WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal((0L, ""), (fetched.Failed, Reasons(fetched)));
        Assert.Equal(expected, await RandomTree.DescribeAsync(At("back")));
        Assert.True(relay.Connections > 3, $"{relay.Connections} connections");
    }

    [Fact]
    public async Task Cancelled_transfer_goes_on_where_it_stopped()
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        const int size = 48 << 20;
        var bytes = new byte[size];
        new Random(19).NextBytes(bytes);
        await File.WriteAllBytesAsync(At("big"), bytes);
        foreach (bool isUpload in new[] { true, false })
        {
            string target = At(isUpload ? "up" : "down");
            using var stop = new CancellationTokenSource();
            var progress = new ProgressWatcher(value =>
            {
                if (value.Bytes > size / 2)
                    stop.Cancel();
            });
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(progress, stop.Token).Within());
            Assert.False(File.Exists(target));
            long kept = 0;
            TransferProgress last = new();
            progress = new(value => (kept, last) = (value.Finished?.Kept ?? kept, value));
            TransferResult result = await RunAsync(progress, CancellationToken.None).Within();
            Assert.Equal((1L, 0L), (result.Transferred, result.Failed));
            Assert.InRange(kept, (size / 2) - (4 << 20), size);
            Assert.Equal((size, kept), (last.Bytes, last.PresentBytes));
            Assert.Equal(bytes, await File.ReadAllBytesAsync(target));

            Task<TransferResult> RunAsync(IProgress<TransferProgress> watcher, CancellationToken token) => isUpload
                ? client.UploadAsync([At("big")], target, null, watcher, token)
                : client.DownloadAsync([At("big")], target, null, watcher, token);
        }
    }

    [Theory]
    [InlineData("upload")]
    [InlineData("download")]
    [InlineData("copy")]
    public async Task Content_that_was_there_already_is_counted_apart(string direction)
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync(), other = await server.ConnectAsync();
        Directory.CreateDirectory(At("s"));
        await File.WriteAllBytesAsync(At("s/old"), new byte[3000]);
        await RunAsync(new(_ => { }));
        await File.WriteAllBytesAsync(At("s/new"), new byte[500]);
        TransferProgress last = new();
        await RunAsync(new(value => last = value));
        Assert.Equal((3500L, 3000L), (last.Bytes, last.PresentBytes));

        async Task RunAsync(ProgressWatcher watcher)
        {
            var options = new TransferOptions { Recursive = true, OntoTarget = true };
            TransferResult result = await (direction switch
            {
                "upload" => client.UploadAsync([At("s")], At("t"), options, watcher),
                "download" => client.DownloadAsync([At("s")], At("t"), options, watcher),
                _ => client.CopyToAsync([At("s")], other, At("t"), options, watcher),
            }).Within();
            Assert.Equal((0L, ""), (result.Failed, Reasons(result)));
        }
    }

    [Fact]
    public async Task Cancelled_transfer_of_a_huge_hole_ends_although_it_is_hashed()
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        // It takes a minute and a half to hash so many zeros.
        using (FileStream file = File.Create(At("sparse")))
            file.SetLength(128L << 30);
        using var stop = new CancellationTokenSource();
        var progress = new ProgressWatcher(value =>
        {
            if (value.Current is not null)
                stop.Cancel();
        });
        var options = new TransferOptions { Digest = DigestAlgorithm.Sha256 };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => client.UploadAsync([At("sparse")], At("t"), options, progress, stop.Token).Within());
        Assert.False(File.Exists(At("t")));
    }

    [Theory]
    [InlineData(true, 48 << 20)]
    [InlineData(false, 48 << 20)]
    [InlineData(true, 1000)]
    [InlineData(false, 1000)]
    public async Task File_that_has_changed_since_a_part_arrived_starts_over_and_says_so(bool isUpload, int newSize)
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        var bytes = new byte[48 << 20];
        new Random(21).NextBytes(bytes);
        await File.WriteAllBytesAsync(At("source"), bytes);
        using var stop = new CancellationTokenSource();
        var progress = new ProgressWatcher(value =>
        {
            if (value.Bytes > bytes.Length / 2)
                stop.Cancel();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(progress, stop.Token).Within());
        new Random(22).NextBytes(bytes);
        await File.WriteAllBytesAsync(At("source"), bytes[..newSize]);
        List<TransferItem> items = [];
        progress = new(value => items.AddRange(value.Finished is { } item ? [item] : []));
        await RunAsync(progress, CancellationToken.None).Within();
        TransferItem finished = Assert.Single(items);
        Assert.Equal((TransferOutcome.Transferred, 0L), (finished.Outcome, finished.Kept));
        Assert.Equal("started over, because the source has changed since a part of it had arrived", finished.Reason);
        Assert.Equal(bytes[..newSize], await File.ReadAllBytesAsync(At("target")));

        // Nothing was left of it, so there is nothing to say.
        File.Delete(At("target"));
        await RunAsync(progress, CancellationToken.None).Within();
        Assert.Null(items[1].Reason);

        Task<TransferResult> RunAsync(IProgress<TransferProgress> watcher, CancellationToken token) => isUpload
            ? client.UploadAsync([At("source")], At("target"), null, watcher, token)
            : client.DownloadAsync([At("source")], At("target"), null, watcher, token);
    }

    [Fact]
    public async Task Target_is_that_of_cp()
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        Directory.CreateDirectory(At("d/inner"));
        await File.WriteAllTextAsync(At("d/f"), "1");
        Directory.CreateDirectory(At("into"));
        var folders = new TransferOptions { Recursive = true };
        await client.UploadAsync([At("d")], At("into"), folders).Within();
        Assert.True(File.Exists(At("into/d/f")));
        await client.UploadAsync([At("d")], At("onto"), folders).Within();
        Assert.True(File.Exists(At("onto/f")));
        await client.UploadAsync([At("d")], At("onto"), folders with { OntoTarget = true }).Within();
        Assert.False(Directory.Exists(At("onto/d")));
        await client.UploadAsync([At("d/.")], At("content"), folders).Within();
        Assert.True(Directory.Exists(At("content/inner")));
        await client.UploadAsync([At("d/f")], At("renamed")).Within();
        Assert.Equal("1", await File.ReadAllTextAsync(At("renamed")));
        var several = await Assert.ThrowsAsync<FileRequestException>(
            () => client.UploadAsync([At("d/f"), At("renamed")], At("no")).Within());
        Assert.Equal(FileFault.NotFound, several.Fault);
        TransferResult folder = await client.UploadAsync([At("d")], At("no")).Within();
        Assert.Contains("-r", Reasons(folder), StringComparison.Ordinal);
        Assert.False(Path.Exists(At("no")));
    }

    [Fact]
    public async Task Delete_removes_what_the_source_has_not_and_spares_what_is_excluded()
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        foreach (string file in (string[])["s/a", "s/d/b", "t/a", "t/more", "t/keep.log", "t/d/b", "t/d/old/x", "t/gone/y"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(At(file))!);
            await File.WriteAllTextAsync(At(file), file);
        }

        var options = new TransferOptions { Recursive = true, Delete = true, OntoTarget = true, Filter = ["*.log"] };
        TransferResult would = await client.UploadAsync([At("s")], At("t"), options with { DryRun = true }).Within();
        Assert.Equal(3, would.Deleted);
        Assert.True(File.Exists(At("t/more")));
        TransferResult done = await client.UploadAsync([At("s")], At("t"), options).Within();
        Assert.Equal((3L, ""), (done.Deleted, Reasons(done)));
        IEnumerable<string> left = Directory.EnumerateFiles(At("t"), "*", SearchOption.AllDirectories);
        Assert.Equal(["a", "d/b", "keep.log"], left.Select(file => Path.GetRelativePath(At("t"), file)).Order());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Second_source_of_the_same_name_fails_and_the_first_stays(bool isDownload)
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        foreach (string file in (string[])["m/a/x/1", "m/b/x/2", "m/a/f", "m/b/f"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(At(file))!);
            await File.WriteAllTextAsync(At(file), file);
        }

        MakeFolder("t");
        string[] sources = [At("m/a/x"), At("m/a/f"), At("m/b/x"), At("m/b/f")];
        var options = new TransferOptions { Recursive = true, Delete = true };
        for (int round = 0; round < 2; round++)
        {
            TransferResult done = await (isDownload
                ? client.DownloadAsync(sources, At("t"), options)
                : client.UploadAsync(sources, At("t"), options)).Within();
            Assert.Equal((3L, 0L), (done.Failed, done.Deleted));
            Assert.Contains("another source has the same name", Reasons(done), StringComparison.Ordinal);
            Assert.Equal("m/a/f", await File.ReadAllTextAsync(At("t/f")));
            Assert.Equal("m/a/x/1", await File.ReadAllTextAsync(At("t/x/1")));
            Assert.False(File.Exists(At("t/x/2")));
        }
    }

    [Fact]
    public async Task Delete_removes_nothing_and_says_so_when_something_fails()
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        await File.WriteAllTextAsync(Path.Combine(MakeFolder("s"), "f"), "new");
        MakeFolder("t/f");
        await File.WriteAllTextAsync(At("t/more"), "more");
        var skipped = new List<TransferItem>();
        var watcher = new ProgressWatcher(
            value => skipped.AddRange(value.Finished is { Outcome: TransferOutcome.Skipped } item ? [item] : []));
        var options = new TransferOptions { Recursive = true, Delete = true, OntoTarget = true };
        TransferResult done = await client.UploadAsync([At("s")], At("t"), options, watcher).Within();
        Assert.Equal((1L, 0L), (done.Failed, done.Deleted));
        Assert.Equal("more", await File.ReadAllTextAsync(At("t/more")));
        Assert.Contains("nothing is deleted in it", Assert.Single(skipped).Reason!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_that_has_more_content_than_its_size_says_fails()
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        TransferResult done = await client.UploadAsync(["/proc/version"], At("t")).Within();
        Assert.Contains("its size is 0", Reasons(done), StringComparison.Ordinal);
        Assert.False(Path.Exists(At("t")));
    }

    [Fact]
    public async Task Failures_are_told_and_the_other_files_go_on()
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        Directory.CreateDirectory(At("s"));
        foreach (string name in (string[])["a", "b", "z"])
            await File.WriteAllTextAsync(At($"s/{name}"), name);
        Directory.CreateDirectory(At("t/b/in the way"));
        System.Diagnostics.Process.Start("mkfifo", At("s/fifo")).WaitForExit();
        var options = new TransferOptions { Recursive = true, OntoTarget = true };
        TransferResult result = await client.DownloadAsync([At("s")], At("t"), options).Within();
        Assert.Equal((1L, 1L), (result.Failed, result.Skipped));
        Assert.Equal("t/b: a folder of this name is in the way", Reasons(result));
        Assert.Equal("z", await File.ReadAllTextAsync(At("t/z")));
        await Assert.ThrowsAsync<FileRequestException>(() => client.DownloadAsync([At("nosuch")], At("x")).Within());
        await Assert.ThrowsAsync<FileRequestException>(() => client.DownloadAsync([At("nosuch*")], At("x")).Within());
    }

    [Fact]
    public async Task Files_of_two_servers_are_copied_through_the_client()
    {
        await using TestServer one = new(), two = new();
        await using RemoteShellClient from = await one.ConnectAsync(), to = await two.ConnectAsync();
        string source = await RandomTree.MakeAsync(Path.Combine(_folder, "source"), new Random(20), 100);
        TransferResult result = await from.CopyToAsync([source], to, At("copy"), new() { Recursive = true }).Within();
        Assert.Equal((0L, ""), (result.Failed, Reasons(result)));
        Assert.Equal(await RandomTree.DescribeAsync(source), await RandomTree.DescribeAsync(At("copy")));
    }

    [Fact]
    public async Task Operations_tell_and_change_the_files_of_the_server()
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        await client.MakeDirectoryAsync(At("a/b/c"), parents: true).Within();
        await File.WriteAllTextAsync(At("a/f"), "four");
        await client.RenameAsync(At("a/f"), At("a/g")).Within();
        IReadOnlyList<RemoteEntry> found = await client.ListAsync(At("a"), recursive: true).Within();
        Assert.Equal(["b", "b/c", "g"], found.Select(entry => entry.Path).Order());
        RemoteEntry file = await client.StatAsync(At("a/g")).Within();
        Assert.Equal((EntryKind.File, 4L), (file.Kind, file.Size));
        var refused = await Assert.ThrowsAsync<FileRequestException>(() => client.DeleteAsync(At("a")).Within());
        Assert.Equal(FileFault.NotEmpty, refused.Fault);
        await client.DeleteAsync(At("a"), recursive: true).Within();
        Assert.False(Path.Exists(At("a")));
    }

    [Fact]
    public async Task Hard_links_owners_and_attributes_are_kept_when_asked_for()
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        Directory.CreateDirectory(At("s/d"));
        await File.WriteAllTextAsync(At("s/one"), "same");
        await BashAsync("ln one d/two; ln one three; touch -h -d 2001-01-01 d");
        bool isRoot = Environment.UserName == "root";
        if (isRoot)
            await BashAsync("chown 12345:23456 one; ln -s one link; chown -h 12345 link");
        byte[] name = "user.rsh"u8.ToArray(), value = [0, 1, 255];
        using (Folder source = Folder.Open(System.Text.Encoding.UTF8.GetBytes(At("s"))))
            source.WriteAttributes(RemoteShell.Files.Names.FileName.Of("one"), [new(name, value)]);
        var options = new TransferOptions { Recursive = true, HardLinks = true, Owner = true, ExtendedAttributes = true };
        TransferResult sent = await client.UploadAsync([At("s")], At("t"), options).Within();
        Assert.Equal((0L, ""), (sent.Failed, Reasons(sent)));
        const string list = "cd \"$1\"; find . -mindepth 1 -printf '%P %y %n %U %G %l\\n' | sort; "
            + "stat -c %i one d/two three | uniq | wc -l";
        Assert.Equal(await BashAsync(list, "s"), await BashAsync(list, "t"));
        using Folder target = Folder.Open(System.Text.Encoding.UTF8.GetBytes(At("t")));
        FileAttribute kept = Assert.Single(target.ReadAttributes(RemoteShell.Files.Names.FileName.Of("one")));
        Assert.Equal(name, kept.Name);
        Assert.Equal(value, kept.Value);
    }

    [Fact]
    public async Task Hard_links_stay_between_sources_that_overlap()
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        Directory.CreateDirectory(At("s"));
        await File.WriteAllTextAsync(At("s/a"), "same");
        await BashAsync("ln a b; mkdir ../t");
        var options = new TransferOptions { Recursive = true, HardLinks = true };
        TransferResult sent = await client.UploadAsync([At("s/a"), At("s")], At("t"), options).Within();
        Assert.Equal(0, sent.Failed);
        Assert.Equal("1\n", await BashAsync("cd \"$1\"; stat -c %i a s/a s/b | uniq | wc -l", "t"));
    }

    [Fact]
    public async Task Dry_run_with_hard_links_says_what_the_run_does()
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        var options = new TransferOptions { Recursive = true, HardLinks = true, OntoTarget = true };
        Directory.CreateDirectory(At("s"));
        await BashAsync("mkdir d; echo 1 > d/f; ln d/f d/g; mkdir ../t; cp -a d ../t");
        await AssertAsPlannedAsync(unchanged: 4);
        // New names of a file, in a folder that is there and in a new one; and new content under names that are there.
        await BashAsync("echo 2 > n1; ln n1 n2; mkdir new; ln n1 new/n3; ln new/n3 z; echo 33 > d/f");
        await AssertAsPlannedAsync(unchanged: 2);
        await AssertAsPlannedAsync(unchanged: 9);

        async Task AssertAsPlannedAsync(int unchanged)
        {
            TransferResult plan = await client.UploadAsync([At("s")], At("t"), options with { DryRun = true }).Within();
            TransferResult done = await client.UploadAsync([At("s")], At("t"), options).Within();
            Assert.Equal((0L, done.Transferred, done.Unchanged), (plan.Failed, plan.Transferred, plan.Unchanged));
            Assert.Equal((0L, (long)unchanged), (done.Failed, done.Unchanged));
        }
    }

    [Fact]
    public async Task Data_that_shrinks_is_compressed_and_holes_take_no_space()
    {
        await using var server = new TestServer();
        await using var relay = new TcpRelay(server.Address);
        await using RemoteShellClient client =
            await RemoteShellClient.ConnectAsync(server.Options with { Host = new("127.0.0.1", relay.Address.Port) }).Within();
        string lines = string.Concat(Enumerable.Range(1, 400_000).Select(i => $"{i} a line that repeats\n"));
        await File.WriteAllTextAsync(At("text"), lines);
        long size = TestSize.IsFull ? 5L << 30 : 1L << 30;
        await BashAsync($"truncate -s {size} sparse; printf x | dd of=sparse bs=1 seek=500000000 conv=notrunc status=none", ".");
        long before = GC.GetTotalMemory(forceFullCollection: true);
        TransferResult result = await client.DownloadAsync([At("text"), At("sparse")], MakeFolder("t"), new() { Compress = true })
            .WaitAsync(TimeSpan.FromMinutes(3));
        Assert.Equal((0L, ""), (result.Failed, Reasons(result)));
        Assert.InRange(relay.Passed, 1, lines.Length / 3);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 64 << 20);
        Assert.Equal(lines, await File.ReadAllTextAsync(At("t/text")));
        string blocks = await BashAsync("stat -c '%s %b' sparse", "t");
        Assert.Equal(size, long.Parse(blocks.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture));
        Assert.InRange(int.Parse(blocks.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture), 1, 64);
    }

    [Fact]
    public async Task File_that_changes_while_it_is_sent_fails_and_the_target_keeps_the_old_content()
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        await File.WriteAllBytesAsync(At("grows"), new byte[20 << 20]);
        await File.WriteAllTextAsync(At("t"), "old");
        bool hasGrown = false;
        var progress = new ProgressWatcher(value =>
        {
            if (hasGrown || value.Bytes == 0)
                return;
            hasGrown = true;
            File.AppendAllText(At("grows"), "more");
        });
        TransferResult result = await client.UploadAsync([At("grows")], At("t"), null, progress).Within();
        Assert.Equal((0L, 1L), (result.Transferred, result.Failed));
        Assert.Contains("changed while it was read", Reasons(result), StringComparison.Ordinal);
        Assert.Equal("old", await File.ReadAllTextAsync(At("t")));
    }

    [Fact]
    public async Task Second_transfer_to_the_same_target_is_refused()
    {
        await using var server = new TestServer();
        await using RemoteShellClient one = await server.ConnectAsync(), two = await server.ConnectAsync();
        await File.WriteAllBytesAsync(At("big"), new byte[16 << 20]);
        await File.WriteAllBytesAsync(At("other"), new byte[16 << 20]);
        using var begun = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        var progress = new ProgressWatcher(value =>
        {
            if (value.Bytes < 4 << 20 || begun.IsSet)
                return;
            begun.Set();
            goOn.Wait(TimeSpan.FromSeconds(20));
        });
        Task<TransferResult> first = one.UploadAsync([At("big")], At("t"), null, progress);
        await Task.Run(() => begun.Wait(TimeSpan.FromSeconds(20))).Within();
        TransferResult second = await two.UploadAsync([At("other")], At("t")).Within();
        Assert.Contains("another transfer writes this file", Reasons(second), StringComparison.Ordinal);
        goOn.Set();
        Assert.Equal(1, (await first.Within()).Transferred);
    }

    [Fact]
    public async Task Same_content_with_another_time_is_found_by_its_digest()
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        await File.WriteAllTextAsync(At("f"), "content");
        await File.WriteAllTextAsync(At("same"), "content");
        await File.WriteAllTextAsync(At("other"), "CONTENT");
        File.SetLastWriteTimeUtc(At("other"), File.GetLastWriteTimeUtc(At("f")));
        Assert.Equal(1, (await client.UploadAsync([At("f")], At("same"), new() { Checksum = true }).Within()).Unchanged);
        Assert.Equal(1, (await client.UploadAsync([At("f")], At("other"), new() { Checksum = true }).Within()).Transferred);
        Assert.Equal("content", await File.ReadAllTextAsync(At("other")));
    }

    [Fact]
    public async Task Server_logs_each_file()
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        await File.WriteAllTextAsync(At("f"), "content");
        await client.UploadAsync([At("f")], At("t")).Within();
        await client.DownloadAsync([At("f")], At("u")).Within();
        Assert.Equal(2, server.Log.Count(line => line.Contains("Transferred, 7 bytes", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task One_missing_source_does_not_stop_the_others()
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        await File.WriteAllTextAsync(At("f"), "1");
        TransferResult sent = await client.UploadAsync([At("nosuch"), At("f")], MakeFolder("t")).Within();
        Assert.Equal((1L, 1L), (sent.Transferred, sent.Failed));
        TransferResult fetched = await client.DownloadAsync([At("f"), At("nosuch"), At("no*")], MakeFolder("u")).Within();
        Assert.Equal((1L, 2L), (fetched.Transferred, fetched.Failed));
        Assert.Contains("no such file", Reasons(fetched), StringComparison.Ordinal);
        Assert.Equal("1", await File.ReadAllTextAsync(At("u/f")));
    }

    [Fact]
    public async Task Dry_run_of_a_folder_that_is_not_there_names_everything_in_it()
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        Directory.CreateDirectory(At("s/d"));
        await File.WriteAllTextAsync(At("s/d/f"), "1");
        TransferResult result = await client.UploadAsync([At("s")], At("t"), new() { Recursive = true, DryRun = true }).Within();
        Assert.Equal((3L, 0L), (result.Transferred, result.Failed));
        Assert.False(Path.Exists(At("t")));
    }

    private string MakeFolder(string name) => Directory.CreateDirectory(At(name)).FullName;

    private async Task<string> BashAsync(string script, string folder = "s")
    {
        var start = new System.Diagnostics.ProcessStartInfo("bash", ["-euc", script, "bash", At(folder)])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = At(folder),
        };
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    private string At(string path) => Path.Combine(_folder, path);

    private static string Reasons(TransferResult result)
        => string.Join("; ", result.Failures.Select(failure => $"{failure.Path}: {failure.Reason}"));
}
