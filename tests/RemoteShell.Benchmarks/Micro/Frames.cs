using BenchmarkDotNet.Attributes;
using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;
using RemoteShell.Testing;

namespace RemoteShell.Benchmarks.Micro;

/// <summary>The codec and the checksum, one frame at a time.</summary>
[MemoryDiagnoser]
public class Frames
{
    private readonly FrameBuffer _header = new(initialCapacity: 512);
    private byte[] _body = [];
    private byte[] _wire = [];

    [Params(100, 262_144)]
    public int Body { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _body = new byte[Body];
        new Random(1).NextBytes(_body);
        _wire = RawPeer.Data(1, "stdout", 0, _body);
    }

    [Benchmark]
    public void WriteHeader() => StreamHeader.WriteData(_header, 1, "stdout", 0, Body, new(12345));

    [Benchmark]
    public async Task<int> Read()
    {
        using var reader = new FrameReader(new MemoryStream(_wire), FrameLimits.Default);
        ReceivedFrame frame = (await reader.ReadAsync())!.Value;
        int length = StreamHeader.Parse("data", frame.Header.Span).Stream.Length;
        frame.Body.Dispose();
        return length;
    }

    [Benchmark]
    public uint Checksum() => Crc32C.Compute(_body);

    [Benchmark]
    public uint Join() => Crc32C.Combine(12345, 67890, Body);
}
