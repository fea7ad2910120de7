using BenchmarkDotNet.Attributes;
using RemoteShell.Protocol.Channels;

namespace RemoteShell.Benchmarks.Micro;

/// <summary>Fills and reads a replay buffer in pieces. Each byte of a command's output passes one.</summary>
[MemoryDiagnoser]
public class Buffers
{
    private readonly ReplayBuffer _buffer = new(1024 * 1024);

    [Params(100, 65_536)]
    public int Piece { get; set; }

    [Benchmark]
    public async Task<long> FillReadAcknowledge()
    {
        int left = Piece;
        while (left > 0)
        {
            int count = Math.Min(left, (await _buffer.GetMemoryAsync(default)).Length);
            _buffer.Commit(count);
            left -= count;
        }

        for (left = Piece; left > 0;)
        {
            int count = (await _buffer.ReadAsync(default)).Length;
            _buffer.Advance(count);
            left -= count;
        }

        _buffer.Acknowledge(_buffer.Length);
        return _buffer.Start;
    }
}
