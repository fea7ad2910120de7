using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Tests.Transfers;

/// <summary>Two uploads to one target: the second waits for nothing, and neither mixes with the other.</summary>
public sealed class TargetLockTests : IAsyncDisposable
{
    private const int Mebi = 1 << 20;

    private readonly TemporaryFolder _folder = new();
    private readonly TestServer _server;
    private readonly TcpRelay _relay;

    public TargetLockTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "files are transferred on Linux only");
        _server = new();
        _relay = new(_server.Address);
    }

    public async ValueTask DisposeAsync()
    {
        if (_relay is not null)
            await _relay.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(Mebi)]
    [InlineData(24 * Mebi)]
    public async Task Upload_takes_the_target_over_from_one_whose_client_has_gone(int size)
    {
        await using RemoteShellClient gone = await ConnectThroughRelayAsync();
        Task<TransferResult> first = await BeginAsync(gone, Make("first", size, 1));
        await LoseClientAsync();
        await using RemoteShellClient other = await ConnectWithOtherKeyAsync();
        string source = Make("second", size, 2);
        TransferResult second = await other.UploadAsync([source], _folder["target"]).Within();
        Assert.Equal((1L, 0L), (second.Transferred, second.Failed));
        _relay.IsDown = false;
        var ended = await Assert.ThrowsAsync<UnverifiedOutputException>(() => first.Within());
        Assert.Contains("its client has gone, and another transfer writes the same file", ended.Message);
        Assert.Equal(await File.ReadAllBytesAsync(source), await File.ReadAllBytesAsync(_folder["target"]));
        Assert.Empty(Directory.GetFiles(_folder.Path, ".rsh-partial-*"));
    }

    [Fact]
    public async Task Other_command_goes_on_with_the_same_source_when_the_client_has_gone()
    {
        await using RemoteShellClient gone = await ConnectThroughRelayAsync();
        string source = Make("first", 24 * Mebi, 1);
        Task<TransferResult> first = await BeginAsync(gone, source);
        await LoseClientAsync();
        await using RemoteShellClient other = await ConnectWithOtherKeyAsync();
        long kept = 0;
        var watcher = new ProgressWatcher(value => kept = value.Finished?.Kept ?? kept);
        await other.UploadAsync([source], _folder["target"], new() { Digest = DigestAlgorithm.Sha256 }, watcher).Within();
        Assert.InRange(kept, 4 * Mebi, 24 * Mebi);
        Assert.Equal(await File.ReadAllBytesAsync(source), await File.ReadAllBytesAsync(_folder["target"]));
        _relay.IsDown = false;
        await Assert.ThrowsAsync<UnverifiedOutputException>(() => first.Within());
    }

    [Theory]
    [InlineData(Mebi)]
    [InlineData(24 * Mebi)]
    public async Task Upload_is_refused_while_another_with_a_client_writes_the_target(int size)
    {
        await using RemoteShellClient slow = await ConnectThroughRelayAsync();
        string source = Make("first", size, 1);
        Task<TransferResult> first = await BeginAsync(slow, source);
        await using RemoteShellClient other = await ConnectWithOtherKeyAsync();
        TransferResult second = await other.UploadAsync([Make("second", size, 2)], _folder["target"]).Within();
        Assert.Equal("another transfer writes this file", Assert.Single(second.Failures).Reason);
        _relay.StallAfter = long.MaxValue;
        _relay.Go();
        Assert.Equal(1, (await first.Within()).Transferred);
        Assert.Equal(await File.ReadAllBytesAsync(source), await File.ReadAllBytesAsync(_folder["target"]));
    }

    private string Make(string name, int size, int seed)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        File.WriteAllBytes(_folder[name], bytes);
        return _folder[name];
    }

    private Task<RemoteShellClient> ConnectThroughRelayAsync()
        => RemoteShellClient.ConnectAsync(_server.Options with { Host = new("127.0.0.1", _relay.Address.Port) }).Within();

    private async Task<RemoteShellClient> ConnectWithOtherKeyAsync()
    {
        ClientOptions own = _server.ClientOptions("other");
        using var identity = Identity.LoadOrCreate(own.IdentityFile);
        _server.AuthorizedKeys.Add($"{identity.PublicKey} other");
        return await RemoteShellClient.ConnectAsync(own).Within();
    }

    // Returns the upload when half of the file has passed the relay, which passes nothing more.
    private async Task<Task<TransferResult>> BeginAsync(RemoteShellClient client, string source)
    {
        long half = new FileInfo(source).Length / 2, least = Math.Max(1, (half / 2) - Mebi);
        _relay.StallAfter = _relay.Passed + _relay.PassedToServer + half;
        Task<TransferResult> upload = client.UploadAsync([source], _folder["target"]);
        await Waiting.Until(
            () => upload.IsCompleted || Directory.GetFiles(_folder.Path, ".rsh-partial-*").Any(file => new FileInfo(file).Length >= least),
            "a part of the file has arrived");
        Assert.False(upload.IsCompleted);
        return upload;
    }

    private async Task LoseClientAsync()
    {
        await using RemoteShellClient watcher = await _server.ConnectAsync();
        _relay.IsDown = true;
        _relay.StallAfter = long.MaxValue;
        _relay.Go();
        _relay.Cut();
        await IsLostAsync(watcher).Within();
    }

    private static async Task IsLostAsync(RemoteShellClient watcher)
    {
        while ((await watcher.ListJobsAsync()).Any(job => job.AttachedClients > 0))
            await Task.Delay(TimeSpan.FromMilliseconds(10));
    }
}
