using System.IO.Pipelines;
using RemoteShell.Client.Transfers;
using RemoteShell.Files.Transfers;
using RemoteShell.Files.Transfers.Records;

namespace RemoteShell.Client.Tests.Transfers;

/// <summary>Uploads of streams whose size is not known before their end.</summary>
public sealed class StreamUploadTests : IDisposable
{
    private const int Mebi = 1 << 20;

    private readonly TemporaryFolder _folder = new();

    public StreamUploadTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "files are transferred on Linux only");
        Directory.CreateDirectory(_folder["t"]);
    }

    private string Target => _folder["t/file"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Stream_keeps_the_mode_of_the_file_that_it_replaces()
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        using (System.Diagnostics.Process make = System.Diagnostics.Process.Start("install", ["-m", "600", "/dev/null", Target]))
            await make.WaitForExitAsync().Within();
        await client.UploadAsync(new MemoryStream(RandomBytes(100)), Target).Within();
        Assert.Equal(100, new FileInfo(Target).Length);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(Target).UnixFileMode);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7 * Mebi)]
    public async Task Stream_arrives_whole(int size)
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        byte[] bytes = RandomBytes(size);
        await File.WriteAllTextAsync(Target, "old");
        var options = new TransferOptions { Digest = DigestAlgorithm.Sha256, Compress = true };
        TransferItem? item = null;
        var watcher = new ProgressWatcher(value =>
        {
            Assert.True(value.Finished is not null || !value.IsTotalKnown || value.Done == 1, "the size is not known before the end");
            item = value.Finished ?? item;
        });
        TransferResult result = await client.UploadAsync(new MemoryStream(bytes), Target, options, watcher).Within();
        Assert.Equal((1L, 0L, (long)size), (result.Transferred, result.Failed, result.Bytes));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Target));
        string sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));
        Assert.Equal(("file", (long)size, $"sha256:{sha256}"), (item?.Path, item?.Size, item?.Digest));
        Assert.Equal(["file"], Names());
        // The same again is not taken for unchanged.
        result = await client.UploadAsync(new MemoryStream(bytes), Target, options with { Checksum = true }).Within();
        Assert.Equal(1, result.Transferred);
    }

    [Fact]
    public async Task Stream_that_trickles_is_sent_as_it_comes_and_appears_at_its_end()
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        await File.WriteAllTextAsync(Target, "old");
        var pipe = new Pipe();
        Task<TransferResult> upload = client.UploadAsync(pipe.Reader.AsStream(), Target);
        byte[] bytes = RandomBytes(3 * 1000);
        for (int sent = 0; sent < bytes.Length; sent += 1000)
        {
            await pipe.Writer.WriteAsync(bytes.AsMemory(sent, 1000));
            await Waiting.Until(() => PartialLength() == sent + 1000, $"the server has {sent + 1000} bytes");
        }

        Assert.Equal("old", await File.ReadAllTextAsync(Target));
        await pipe.Writer.CompleteAsync();
        Assert.Equal(1, (await upload.Within()).Transferred);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Target));
    }

    [Fact]
    public async Task Stream_goes_on_over_lost_connections()
    {
        await using var server = new TestServer();
        await using var relay = new TcpRelay(server.Address) { Budget = number => 400_000 + (number * 50_000L) };
        await using RemoteShellClient client =
            await RemoteShellClient.ConnectAsync(server.Options with { Host = new("127.0.0.1", relay.Address.Port) }).Within();
        byte[] bytes = RandomBytes(3 * Mebi);
        TransferResult result = await client.UploadAsync(new MemoryStream(bytes), Target).WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(1, result.Transferred);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Target));
        Assert.True(relay.Connections > 3, $"{relay.Connections} connections");
    }

    [Fact]
    public async Task Stream_that_is_cancelled_leaves_the_old_file_and_nothing_else()
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        await File.WriteAllTextAsync(Target, "old");
        using var stop = new CancellationTokenSource();
        var pipe = new Pipe(new(pauseWriterThreshold: 0));
        Task<TransferResult> upload = client.UploadAsync(pipe.Reader.AsStream(), Target, cancellationToken: stop.Token);
        await pipe.Writer.WriteAsync(RandomBytes(5 * Mebi));
        await Waiting.Until(() => PartialLength() > 4 * Mebi, "pieces are recorded");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => upload.Within());
        await Waiting.Until(() => Names().Length == 1, "the part is removed");
        Assert.Equal("old", await File.ReadAllTextAsync(Target));
    }

    [Fact]
    public async Task Stream_that_cannot_be_read_leaves_the_old_file_and_nothing_else()
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        await File.WriteAllTextAsync(Target, "old");
        var pipe = new Pipe(new(pauseWriterThreshold: 0));
        Task<TransferResult> upload = client.UploadAsync(pipe.Reader.AsStream(), Target);
        await pipe.Writer.WriteAsync(RandomBytes(3 * Mebi));
        await Waiting.Until(() => PartialLength() > 2 * Mebi, "a piece is recorded");
        await pipe.Writer.CompleteAsync(new IOException("the source broke"));
        Assert.Equal("the source broke", (await Assert.ThrowsAsync<IOException>(() => upload.Within())).Message);
        await Waiting.Until(() => Names().Length == 1, "the part is removed");
        Assert.Equal("old", await File.ReadAllTextAsync(Target));
    }

    [Fact]
    public async Task Stream_that_exceeds_the_quota_fails_while_it_stays_open()
    {
        await using var server = new TestServer(options => options with { FileQuota = 4 * Mebi });
        await using RemoteShellClient client = await server.ConnectAsync();
        var pipe = new Pipe(new(pauseWriterThreshold: 0));
        Task<TransferResult> upload = client.UploadAsync(pipe.Reader.AsStream(), Target);
        await pipe.Writer.WriteAsync(RandomBytes(5 * Mebi));
        TransferResult result = await upload.Within();
        Assert.StartsWith("exceeds the file quota of this key (4M): ", Assert.Single(result.Failures).Reason);
        Assert.Empty(Names());
        Assert.Equal(1, (await client.UploadAsync(new MemoryStream(RandomBytes(4 * Mebi)), Target).Within()).Transferred);
    }

    [Fact]
    public async Task Target_that_is_a_folder_fails_and_the_stream_is_not_read()
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        TransferResult result = await client.UploadAsync(new NeverRead(), _folder["t"]).Within();
        Assert.Equal("a folder of this name is in the way", Assert.Single(result.Failures).Reason);
        result = await client.UploadAsync(new NeverRead(), Target, new() { DryRun = true }).Within();
        Assert.Equal(1, result.Transferred);
        Assert.Empty(Names());
    }

    [Fact]
    public async Task Stream_with_a_wrong_size_at_its_end_does_not_appear()
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        var start = new StartRecord { Role = StartRecord.Receive, Paths = [Target], Sources = 1, Rules = new() { Onto = true } };
        await using TransferSession session = await TransferSession.StartAsync(client, "put", start, CancellationToken.None);
        await session.ReadyAsync(CancellationToken.None).Within();
        var digest = new PieceDigest();
        digest.Append(new byte[10]);
        TransferRecord[] records =
        [
            new EntryRecord { Id = 1, Path = "f", Kind = "File", IsStream = true, Mode = 0x1A4 },
            new HoleRecord(1, 10),
            new EndOfFileRecord { Id = 1, Size = 11, Checksum = digest.Checksum },
            new EndRecord(),
        ];
        foreach (TransferRecord record in records)
            await session.Writer.WriteAsync(record, CancellationToken.None);
        await session.Writer.FlushAsync(CancellationToken.None);
        Assert.IsType<WantRecord>(await session.ReadAsync(CancellationToken.None).Within());
        var outcome = Assert.IsType<OutcomeRecord>(await session.ReadAsync(CancellationToken.None).Within());
        Assert.Equal("what arrived is not what was sent: 10 of 11 bytes", outcome.Reason);
        Assert.IsType<EndRecord>(await session.ReadAsync(CancellationToken.None).Within());
        Assert.Empty(Names());
    }

    private string[] Names() => [.. Directory.GetFileSystemEntries(_folder["t"]).Select(Path.GetFileName).Order()!];

    private long PartialLength()
        => new DirectoryInfo(_folder["t"]).GetFiles(".rsh-partial-*").Where(file => file.Extension != ".record").Sum(file => file.Length);

    private static byte[] RandomBytes(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }

    private sealed class NeverRead : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count) => throw new InvalidOperationException("the stream was read");

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
