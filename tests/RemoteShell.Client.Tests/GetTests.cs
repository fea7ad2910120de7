using System.Diagnostics;
using System.Security.Cryptography;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Files;
using RemoteShell.Protocol.Frames;

namespace RemoteShell.Client.Tests;

public sealed class GetTests : IAsyncDisposable
{
    private readonly TestServer _server = new();
    private readonly TemporaryFolder _here = new();

    [Theory]
    [InlineData(0, "crc32c")]
    [InlineData(1, "sha256")]
    [InlineData(262_144, "crc32c")]
    [InlineData(20_000_001, "sha256")]
    [InlineData(20_000_001, "crc32c")]
    public async Task File_arrives_whole_with_its_mode_and_time(int size, string digest)
    {
        byte[] content = new byte[size];
        new Random(1).NextBytes(content);
        string there = Path.Combine(_server.Folder, "file");
        File.WriteAllBytes(there, content);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(there, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        bool isSha256 = digest == "sha256";
        ClientOptions options = _server.Options with { FileDigest = isSha256 ? DigestAlgorithm.Sha256 : DigestAlgorithm.Crc32C };
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
        RemoteFile file = await client.GetFileAsync(there, _here["copy"]).Within();
        Assert.Equal(content, File.ReadAllBytes(_here["copy"]));
        string expected = isSha256
            ? $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}"
            : Checksum.Of(content).ToString();
        Assert.Equal((size, expected), (file.Size, file.Digest));
        Assert.Equal(File.GetLastWriteTimeUtc(there), File.GetLastWriteTimeUtc(_here["copy"]), TimeSpan.FromSeconds(1));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(File.GetUnixFileMode(there), File.GetUnixFileMode(_here["copy"]));
        Assert.Single(Directory.GetFileSystemEntries(_here.Path));
    }

    [Fact]
    public async Task File_of_unknown_length_arrives_whole()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: reads a file in /proc");
        await using RemoteShellClient client = await _server.ConnectAsync();
        await client.GetFileAsync("/proc/version", _here["copy"]).Within();
        Assert.Equal(File.ReadAllText("/proc/version"), File.ReadAllText(_here["copy"]));
    }

    [Theory]
    [InlineData("no-such", ErrorCode.NotFound)]
    [InlineData(".", ErrorCode.BadRequest)]
    [InlineData("fifo", ErrorCode.BadRequest)]
    public async Task Path_that_is_not_a_regular_file_is_refused_and_leaves_no_copy(string name, string code)
    {
        using (Process made = Process.Start("mkfifo", Path.Combine(_server.Folder, "fifo")))
            await made.WaitForExitAsync();
        await using RemoteShellClient client = await _server.ConnectAsync();
        string there = Path.Combine(_server.Folder, name);
        var refusal = await Assert.ThrowsAsync<RequestRefusedException>(() => client.GetFileAsync(there, _here["copy"]).Within());
        Assert.Equal(code, refusal.Code);
        Assert.Empty(Directory.GetFileSystemEntries(_here.Path));
    }

    [Fact]
    public async Task Unwritable_destination_fails_with_a_hint()
    {
        string there = Path.Combine(_server.Folder, "file");
        File.WriteAllText(there, "x");
        await using RemoteShellClient client = await _server.ConnectAsync();
        var failure = await Assert.ThrowsAsync<RemoteShellException>(() => client.GetFileAsync(there, "/no/such/folder/copy").Within());
        Assert.NotNull(failure.Hint);
        // The connection still works.
        await client.GetFileAsync(there, _here["copy"]).Within();
    }

    [Fact]
    public async Task Local_link_and_pipe_are_not_replaced()
    {
        string there = Path.Combine(_server.Folder, "file");
        File.WriteAllText(there, "new");
        File.WriteAllText(_here["real"], "old");
        File.CreateSymbolicLink(_here["link"], _here["real"]);
        using (Process made = Process.Start("mkfifo", _here["fifo"]))
            await made.WaitForExitAsync();
        await using RemoteShellClient client = await _server.ConnectAsync();
        await client.GetFileAsync(there, _here["link"]).Within();
        Assert.Equal("new", File.ReadAllText(_here["real"]));
        Assert.NotNull(File.ResolveLinkTarget(_here["link"], false));
        await Assert.ThrowsAsync<RemoteShellException>(() => client.GetFileAsync(there, _here["fifo"]).Within());
        Assert.True(FileKind.IsSpecial(_here["fifo"]));
    }

    [Fact]
    public async Task Existing_file_stays_until_the_new_one_is_complete()
    {
        string there = Path.Combine(_server.Folder, "file");
        File.WriteAllBytes(there, new byte[50_000_000]);
        File.WriteAllText(_here["copy"], "old");
        await using RemoteShellClient client = await _server.ConnectAsync();
        using var giveUp = new CancellationTokenSource();
        var progress = new CancelAfter(giveUp);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => client.GetFileAsync(there, _here["copy"], progress, giveUp.Token).Within());
        Assert.Equal("old", File.ReadAllText(_here["copy"]));
        Assert.Single(Directory.GetFileSystemEntries(_here.Path));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _here.Dispose();
    }

    private sealed class CancelAfter(CancellationTokenSource source) : IProgress<FileProgress>
    {
        public void Report(FileProgress value)
        {
            if (value.Bytes > 1_000_000)
                source.Cancel();
        }
    }
}
