using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Server.Jobs.Output;

/// <summary>The digest of one output. Who reads it goes on where the last reader has stopped.</summary>
/// <param name="output">The output.</param>
/// <param name="algorithm">The algorithm.</param>
internal sealed class OutputDigest(JobOutput output, string algorithm)
{
    private const int PieceBytes = 64 * 1024;

    private readonly Lock _gate = new();
    private readonly StreamDigest _digest = new(algorithm);

    // Guarded by _gate: completes when the present reader stops.
    private TaskCompletionSource? _reading;

    // Used by the reader alone.
    private StreamTotal? _total;
    private bool _isLost;

    /// <summary>Waits until the output is complete, and returns its total and digest.</summary>
    /// <returns>Null if bytes were dropped before they were read.</returns>
    public async Task<StreamTotal?> ReadAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource reading = await BeginAsync(cancellationToken);
        try
        {
            while (!_isLost && _total is null)
            {
                // Read IsComplete before the copy: then a copy of 0 bytes means the end.
                bool isComplete = output.IsComplete;
                bool isAtEnd = await ReadPresentAsync(cancellationToken);
                if (isAtEnd && isComplete)
                    Finish();
                else if (isAtEnd)
                    await output.GrownAsync(_digest.Total, cancellationToken);
            }

            return _total;
        }
        finally
        {
            lock (_gate)
                _reading = null;
            reading.SetResult();
        }
    }

    private async Task<TaskCompletionSource> BeginAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task before;
            lock (_gate)
            {
                if (_reading is null)
                    return _reading = new(TaskCreationOptions.RunContinuationsAsynchronously);
                before = _reading.Task;
            }

            await before.WaitAsync(cancellationToken);
        }
    }

    // Holds no memory while the output does not grow. Returns false if bytes were dropped.
    private async Task<bool> ReadPresentAsync(CancellationToken cancellationToken)
    {
        using PooledBytes piece = PooledBytes.Rent(PieceBytes);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = await output.CopyAsync(_digest.Total, piece.Memory);
            _isLost = count < 0;
            if (count <= 0)
                return !_isLost;
            _digest.Append(piece.Memory.Span[..count]);
        }
    }

    private void Finish()
    {
        _total = _digest.Current;
        _digest.Dispose();
    }
}
