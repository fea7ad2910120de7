using RemoteShell.Files.Transfers;

namespace RemoteShell.Client.Tests.Transfers;

/// <summary>A transfer of a folder onto a new name that is interrupted: the same call again goes on with the folder.</summary>
public sealed class UnfinishedFolderTests : IAsyncDisposable
{
    private const int Files = 8, Size = 2_500_000;

    private readonly TemporaryFolder _folder = new();
    private readonly TestServer _server;

    public UnfinishedFolderTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "files are transferred on Linux only");
        _server = new();
    }

    public static TheoryData<string, string> Calls => new()
    {
        { "upload", "" }, { "upload", "/" }, { "download", "" }, { "download", "/" }, { "copy", "" }, { "copy", "/" },
    };

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Same_call_goes_on_with_the_folder_wherever_it_was_interrupted(string call, string end)
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        string source = Make("source", 1), target = _folder["target"];
        var random = new Random(5);
        for (int round = 0; round < 4; round++)
        {
            // In the first file, in another, in the last, and between two of them.
            long stopAt = round == 3 ? 3 * Size : random.NextInt64(Size / 2, (Files * Size) - (Size / 4));
            bool wasInterrupted = await InterruptAsync(client, call, source, target + end, stopAt);
            long kept = 0;
            bool isContinued = false;
            var watcher = new ProgressWatcher(value =>
            {
                isContinued |= value.ContinuesFolder;
                if (value.Finished is { } item)
                    kept += item.Outcome == TransferOutcome.Unchanged ? item.Size : item.Kept;
            });
            await RunAsync(client, call, source, target + end, watcher, CancellationToken.None).Within();
            Compare(source, target);
            Assert.Equal(wasInterrupted, isContinued);
            if (wasInterrupted)
                Assert.True(kept > 0, $"nothing was kept in round {round}, interrupted at {stopAt}");
            Assert.Empty(Marks());
            Directory.Delete(target, recursive: true);
        }
    }

    [Theory]
    [InlineData("upload")]
    [InlineData("download")]
    [InlineData("copy")]
    public async Task Finished_folder_and_other_sources_are_put_into_the_folder_as_by_cp(string call)
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        string source = Make("source", 1), other = Make("other", 2), target = _folder["target"];
        Assert.True(await InterruptAsync(client, call, source, target, Size));
        await RunAsync(client, call, other, target, progress: null, CancellationToken.None).Within();
        Compare(other, Path.Combine(target, "other"));

        await RunAsync(client, call, source, target, progress: null, CancellationToken.None).Within();
        Assert.False(Directory.Exists(Path.Combine(target, "source")));
        await RunAsync(client, call, source, target, progress: null, CancellationToken.None).Within();
        Compare(source, Path.Combine(target, "source"));
        Assert.Empty(Marks());
    }

    [Fact]
    public async Task Same_call_goes_on_while_the_server_still_waits_for_the_client_that_is_gone()
    {
        await using var relay = new TcpRelay(_server.Address) { StallAfter = 6 * Size };
        await using RemoteShellClient gone =
            await RemoteShellClient.ConnectAsync(_server.Options with { Host = new("127.0.0.1", relay.Address.Port) }).Within();
        string source = Make("source", 1), target = _folder["target"];
        Task<TransferResult> first = RunAsync(gone, "upload", source, target, progress: null, CancellationToken.None);
        await Waiting.Until(() => Directory.Exists(target) && Names(target).Count() > 3, "some files have arrived");
        relay.IsDown = true;
        relay.StallAfter = long.MaxValue;
        relay.Go();
        relay.Cut();

        await using RemoteShellClient client = await _server.ConnectAsync();
        await IsLostAsync(client).Within();
        await RunAsync(client, "upload", source, target, progress: null, CancellationToken.None).Within();
        Compare(source, target);
        Assert.Empty(Marks());
        relay.IsDown = false;
        await Assert.ThrowsAsync<UnverifiedOutputException>(() => first.Within());
    }

    [Theory]
    [InlineData("upload")]
    [InlineData("download")]
    [InlineData("copy")]
    public async Task Continued_folder_loses_nothing_that_was_put_into_it_since(string call)
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        string source = Make("source", 1), other = Make("other", 2), target = _folder["target"];
        Assert.True(await InterruptAsync(client, call, source, target, Size));
        await RunAsync(client, call, other, target, progress: null, CancellationToken.None).Within();
        List<string> spared = [];
        var watcher = new ProgressWatcher(value =>
        {
            if (value.Finished is { Outcome: TransferOutcome.Skipped, Reason: { } reason })
                spared.Add(reason);
        });
        await RunAsync(client, call, source, target, watcher, CancellationToken.None, deletes: true).Within();
        Compare(source, target);
        Compare(other, Path.Combine(target, "other"));
        Assert.Contains("an interrupted transfer has begun it", Assert.Single(spared), StringComparison.Ordinal);
        Assert.Empty(Marks());
    }

    [Theory]
    [InlineData("upload")]
    [InlineData("download")]
    [InlineData("copy")]
    public async Task Other_folder_of_the_name_is_not_continued(string call)
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        string source = Make("source", 1), target = _folder["target"];
        Assert.True(await InterruptAsync(client, call, source, target, Size));
        Directory.Move(target, _folder["begun"]);
        Directory.CreateDirectory(target);
        await RunAsync(client, call, source, target, progress: null, CancellationToken.None).Within();
        Compare(source, Path.Combine(target, "source"));
    }

    [Fact]
    public async Task Name_of_a_local_source_is_no_pattern()
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        string source = Make("source [1]*", 1), target = _folder["target"];
        Assert.True(await InterruptAsync(client, "upload", source, target, Size));
        await RunAsync(client, "upload", source, target, progress: null, CancellationToken.None).Within();
        Compare(source, target);
        Assert.Empty(Marks());
    }

    [Fact]
    public async Task Transfer_onto_the_folder_ends_it_as_well()
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        string source = Make("source", 1), target = _folder["target"];
        Assert.True(await InterruptAsync(client, "upload", source, target, Size));
        await client.UploadAsync([source], target, new() { Recursive = true, OntoTarget = true }).Within();
        Compare(source, target);
        Assert.Empty(Marks());
        await RunAsync(client, "upload", source, target, progress: null, CancellationToken.None).Within();
        Compare(source, Path.Combine(target, "source"));
    }

    [Fact]
    public async Task Transfer_of_which_a_file_failed_goes_on_with_the_folder()
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        string source = Make("source", 1), target = _folder["target"];
        Assert.True(await InterruptAsync(client, "upload", source, target, Size));
        Directory.CreateDirectory(Path.Combine(target, $"{Files - 1}"));
        TransferResult failed = await RunAsync(client, "upload", source, target, progress: null, CancellationToken.None).Within();
        Assert.Equal(1, failed.Failed);
        Directory.Delete(Path.Combine(target, $"{Files - 1}"));
        await RunAsync(client, "upload", source, target, progress: null, CancellationToken.None).Within();
        Compare(source, target);
        Assert.Empty(Marks());
    }

    [Fact]
    public async Task Transfer_that_makes_no_folder_leaves_nothing_behind()
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        await File.WriteAllBytesAsync(_folder["file"], new byte[Size]);
        var recursive = new TransferOptions { Recursive = true };
        await client.UploadAsync([_folder["file"]], _folder["copy"], recursive).Within();
        await client.DownloadAsync([_folder["file"]], _folder["back"], recursive).Within();
        await client.UploadAsync([Make("source", 1)], _folder["dry"], recursive with { DryRun = true }).Within();
        Assert.Empty(Marks());
        Assert.False(Directory.Exists(_folder["dry"]));
    }

    private static async Task IsLostAsync(RemoteShellClient watcher)
    {
        while ((await watcher.ListJobsAsync()).Any(job => job.AttachedClients > 0))
            await Task.Delay(TimeSpan.FromMilliseconds(10));
    }

    private async Task<bool> InterruptAsync(RemoteShellClient client, string call, string source, string target, long stopAt)
    {
        using var stop = new CancellationTokenSource();
        var watcher = new ProgressWatcher(value =>
        {
            if (value.Bytes >= stopAt)
                stop.Cancel();
        });
        try
        {
            await RunAsync(client, call, source, target, watcher, stop.Token).Within();
        }
        catch (OperationCanceledException)
        {
            return true;
        }

        // All of it had arrived when it was stopped.
        Directory.Delete(target, recursive: true);
        return false;
    }

    private Task<TransferResult> RunAsync(
        RemoteShellClient client,
        string call,
        string source,
        string target,
        IProgress<TransferProgress>? progress,
        CancellationToken cancellationToken,
        bool deletes = false)
    {
        var options = new TransferOptions { Recursive = true, Delete = deletes };
        return call switch
        {
            "upload" => client.UploadAsync([source], target, options, progress, cancellationToken),
            "download" => client.DownloadAsync([source], target, options, progress, cancellationToken),
            _ => client.CopyToAsync([source], client, target, options, progress, cancellationToken),
        };
    }

    private string Make(string name, int seed)
    {
        var random = new Random(seed);
        string folder = Directory.CreateDirectory(_folder[name]).FullName;
        for (int i = 0; i < Files; i++)
        {
            var bytes = new byte[Size];
            random.NextBytes(bytes);
            File.WriteAllBytes(Path.Combine(folder, $"{i}"), bytes);
        }

        return folder;
    }

    private string[] Marks() => Directory.GetFileSystemEntries(_folder.Path, ".rsh-partial-*");

    private static void Compare(string source, string target)
    {
        Assert.Equal(Names(source), Names(target).Where(name => name is not ("other" or "source")));
        foreach (string name in Names(source))
            Assert.Equal(File.ReadAllBytes(Path.Combine(source, name)), File.ReadAllBytes(Path.Combine(target, name)));
    }

    private static IEnumerable<string> Names(string folder)
        => Directory.GetFileSystemEntries(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);
}
