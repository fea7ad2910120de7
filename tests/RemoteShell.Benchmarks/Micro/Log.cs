using BenchmarkDotNet.Attributes;
using RemoteShell.Protocol.Channels;

namespace RemoteShell.Benchmarks.Micro;

/// <summary>A byte log, filled and taken in pieces: what each byte of a command's output goes through.</summary>
[MemoryDiagnoser]
public class Log
{
    private readonly ReplayBuffer _log = new(1024 * 1024);

    [Params(100, 65_536)]
    public int Piece { get; set; }

    [Benchmark]
    public async Task<long> FillReadAcknowledge()
    {
        int left = Piece;
        while (left > 0)
        {
            int count = Math.Min(left, (await _log.GetMemoryAsync(default)).Length);
            _log.Commit(count);
            left -= count;
        }

        for (left = Piece; left > 0;)
        {
            int count = (await _log.ReadAsync(default)).Length;
            _log.Advance(count);
            left -= count;
        }

        _log.Acknowledge(_log.Length);
        return _log.Start;
    }
}
