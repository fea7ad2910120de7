using System.Text.Json;
using RemoteShell.Client;
using RemoteShell.Protocol.Channels;
using RemoteShell.Server.Files;

namespace RemoteShell.Server.Tests.Files;

/// <summary><c>get</c> of files that change, and of files so large that a resumed request computes for long.</summary>
public sealed class FileRequestTests : IAsyncDisposable
{
    private readonly TestServer _server = new();

    [Fact]
    public async Task File_that_shrinks_while_it_is_read_ends_in_an_error()
    {
        string path = Path.Combine(_server.Folder, "shrinking");
        await File.WriteAllBytesAsync(path, new byte[300_000], TestContext.Current.CancellationToken);
        await using RawPeer peer = await RawPeer.ConnectAsync(_server);
        await peer.SendAsync(RawPeer.Frame(RawPeer.Hello), Get(1, path, ",\"window\":65536"));
        Assert.Contains("\"length\":300000", await peer.ReadAsync("opened"));
        await peer.ReadAsync("data");
        // The server waits for the window, and has read at most one piece of 256 KiB ahead.
        using (FileStream file = File.OpenWrite(path))
            file.SetLength(100_000);
        await peer.SendAsync(RawPeer.Frame("""{"type":"window","channel":1,"stream":"file","limit":9000000}"""));
        while (await peer.ReadAsync() is { } frame && frame.Type != "error")
            Assert.True(frame.Type == "data", frame.Header);
        await peer.SendAsync(RawPeer.Frame("""{"type":"ping","id":1}"""));
        Assert.Equal("pong", (await peer.ReadAsync())!.Value.Type);
    }

    [Fact]
    public async Task File_that_grows_while_it_is_read_ends_where_it_ended_at_first()
    {
        string path = Path.Combine(_server.Folder, "growing");
        await File.WriteAllBytesAsync(path, new byte[300_000], TestContext.Current.CancellationToken);
        await using RawPeer peer = await RawPeer.ConnectAsync(_server);
        await peer.SendAsync(RawPeer.Frame(RawPeer.Hello), Get(1, path, ",\"window\":65536"));
        await peer.ReadAsync("data");
        using (FileStream file = File.OpenWrite(path))
            file.SetLength(400_000);
        await peer.SendAsync(RawPeer.Frame("""{"type":"window","channel":1,"stream":"file","limit":9000000}"""));
        Assert.Contains("\"total\":300000", await peer.ReadAsync("end"));
        Assert.Contains("\"code\":0", await peer.ReadAsync("result"));
    }

    [Fact]
    public async Task New_client_is_served_while_many_clients_resume_a_huge_file()
    {
        const int Resumes = 60;
        string path = Path.Combine(_server.Folder, "huge");
        using (FileStream file = File.Create(path))
            file.SetLength(1L << 40);
        await using RawPeer peer = await RawPeer.ConnectAsync(_server);
        await peer.SendAsync(RawPeer.Frame(RawPeer.Hello), Get(1, path));
        long modified = JsonDocument.Parse(await peer.ReadAsync("opened")).RootElement.GetProperty("modified").GetInt64();
        string position = $",\"position\":{{\"from\":{1L << 39}}},\"modified\":{modified}";
        byte[][] resumes = [.. Enumerable.Range(1, Resumes).Select(i => Get((uint)((2 * i) + 1), path, position))];
        await peer.SendAsync(resumes);
        // The server has read all requests, and each of them computes for minutes.
        await peer.SendAsync(RawPeer.Frame("""{"type":"ping","id":1}"""));
        await peer.ReadAsync("pong");
        long started = Environment.TickCount64;
        for (int i = 0; i < 3; i++)
        {
            await using RemoteShellClient client = await _server.ConnectAsync();
            Assert.Equal("fine\n", (await client.RunBufferedAsync(RemoteCommand.Shell("echo fine")).Within()).Output);
        }

        Assert.InRange(Environment.TickCount64 - started, 0, 10_000);
    }

    [Fact]
    public async Task Short_prefix_does_not_wait_for_a_slowone()
    {
        var hasher = new PrefixHasher();
        string huge = Path.Combine(_server.Folder, "huge"), small = Path.Combine(_server.Folder, "small");
        using (FileStream file = File.Create(huge))
            file.SetLength(1L << 40);
        await File.WriteAllTextAsync(small, "abc", TestContext.Current.CancellationToken);
        using var left = new CancellationTokenSource();
        using FileSource first = FileSource.Open(huge, "/"), second = FileSource.Open(huge, "/"), quick = FileSource.Open(small, "/");
        Task<bool>[] slow =
        [
            hasher.AppendAsync(first, new StreamDigest("crc32c"), 1L << 40, left.Token),
            hasher.AppendAsync(second, new StreamDigest("crc32c"), 1L << 40, left.Token),
        ];
        var digest = new StreamDigest("crc32c");
        Assert.True(await hasher.AppendAsync(quick, digest, 3, CancellationToken.None).Within());
        Assert.Equal("crc32c:364b3fb7", digest.Current.Digest);
        Assert.False(await hasher.AppendAsync(quick, digest, 4, CancellationToken.None).Within());
        Assert.All(slow, task => Assert.False(task.IsCompleted));
        await left.CancelAsync();
        foreach (Task<bool> task in slow)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task.Within());
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static byte[] Get(uint channel, string path, string more = "")
        => RawPeer.Frame($$"""{"type":"open","channel":{{channel}},"request":"get","path":"{{path}}"{{more}}}""");
}
