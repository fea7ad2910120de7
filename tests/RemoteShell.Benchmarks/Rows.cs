using System.Diagnostics;
using RemoteShell.Client;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;
using RemoteShell.Testing;

namespace RemoteShell.Benchmarks;

/// <summary>The measurements. Each method does its work once and returns its rate.</summary>
internal sealed class Rows : IAsyncDisposable
{
    private const int Frames = 200_000;
    private const long Bulk = 512L * 1024 * 1024;
    private const int Commands = 500;

    private readonly TestServer _server = new();
    private readonly byte[] _wire = [.. Enumerable.Range(0, 1000).SelectMany(i => RawPeer.Data(1, "stdout", i * 100, new byte[100]))];
    private readonly byte[] _piece = new byte[256 * 1024];
    private readonly string _file;
    private RemoteShellClient _client = null!;

    private Rows()
    {
        new Random(1).NextBytes(_piece);
        _file = Path.Combine(_server.Folder, "bulk");
    }

    public static async Task<Rows> CreateAsync()
    {
        var rows = new Rows();
        await using (FileStream file = File.Create(rows._file))
            for (long written = 0; written < Bulk; written += rows._piece.Length)
                await file.WriteAsync(rows._piece);
        rows._client = await rows._server.ConnectAsync();
        return rows;
    }

    public async Task<double> FramesReadAsync()
    {
        long start = Stopwatch.GetTimestamp();
        for (int read = 0; read < Frames; read += 1000)
        {
            using var reader = new FrameReader(new MemoryStream(_wire), FrameLimits.Default);
            while (await reader.ReadAsync() is { } frame)
            {
                _ = StreamHeader.Parse("data", frame.Header.Span);
                frame.Body.Dispose();
            }
        }

        return Rate(Frames, start);
    }

    public Task<double> HeadersWrittenAsync()
    {
        var header = new FrameBuffer(512);
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Frames; i++)
            StreamHeader.WriteData(header, 1, "stdout", i * 100L, 100, new(12345));
        return Task.FromResult(Rate(Frames, start));
    }

    public Task<double> ChecksumAsync()
    {
        long start = Stopwatch.GetTimestamp();
        uint crc = 0;
        for (long done = 0; done < Bulk; done += _piece.Length)
            crc ^= Crc32C.Compute(_piece);
        GC.KeepAlive(crc);
        return Task.FromResult(Megabytes(Bulk, start));
    }

    public async Task<double> ChannelInMemoryAsync()
    {
        await using var pair = ConnectionPair.Create();
        (IncomingStream incoming, OutgoingStream outgoing) = await pair.OpenStreamAsync();
        long start = Stopwatch.GetTimestamp();
        Task receiving = incoming.CopyToAsync(Stream.Null);
        for (long sent = 0; sent < Bulk; sent += _piece.Length)
            await outgoing.WriteAsync(_piece);
        outgoing.End();
        await receiving;
        return Megabytes(Bulk, start);
    }

    public async Task<double> OutputOverTlsAsync()
    {
        long start = Stopwatch.GetTimestamp();
        CommandResult result = await _client.RunAsync(RemoteCommand.Exact("head", "-c", $"{Bulk}", "/dev/zero"), new());
        return result.Streams[OutputStream.StandardOutput].Bytes == Bulk ? Megabytes(Bulk, start) : throw new InvalidDataException("short");
    }

    public async Task<double> FileOverTlsAsync()
    {
        long start = Stopwatch.GetTimestamp();
        await _client.GetAsync(_file, _ => Stream.Null);
        return Megabytes(Bulk, start);
    }

    public Task<double> TrueAsync() => RepeatAsync(RemoteCommand.Exact("true"));

    public Task<double> CalcAsync() => RepeatAsync(RemoteCommand.Builtin("calc", "123+345"));

    public async Task<double> CalcPipelinedAsync()
    {
        const int total = 20_000;
        long start = Stopwatch.GetTimestamp();
        await Parallel.ForAsync(0, total, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (_, token) =>
            await _client.RunAsync(RemoteCommand.Builtin("calc", "123+345"), new(), token));
        return Rate(total, start);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
    }

    private async Task<double> RepeatAsync(RemoteCommand command)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Commands; i++)
            await _client.RunAsync(command with { JobId = JobId.New() }, new());
        return Rate(Commands, start);
    }

    private static double Rate(long count, long start) => count / Stopwatch.GetElapsedTime(start).TotalSeconds;

    private static double Megabytes(long bytes, long start) => Rate(bytes, start) / 1e6;
}
