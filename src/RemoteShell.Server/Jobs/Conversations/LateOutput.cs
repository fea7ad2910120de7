using RemoteShell.Protocol.Channels;

namespace RemoteShell.Server.Jobs.Conversations;

/// <summary>Reads what processes write that a line has left in the background, after its end.</summary>
/// <remarks>It goes into the outputs of the conversation, so no such process is ended by a broken pipe.</remarks>
/// <param name="output">The standard output of the conversation.</param>
/// <param name="error">Its standard error.</param>
internal sealed class LateOutput(ReplayBuffer output, ReplayBuffer error) : IDisposable
{
    private const int PieceSize = 16 * 1024;

    /// <summary>For a shell that has not been started.</summary>
    public static readonly LateOutput None = new(new(0), new(0));

    private readonly CancellationTokenSource _ended = new();

    // Each buffer has one writer at a time.
    private readonly SemaphoreSlim _outputWriter = new(1), _errorWriter = new(1);
    private readonly Lock _gate = new();

    // Guarded by _gate.
    private readonly List<Task<string?>> _readers = [];
    private bool _hasEnded;

    /// <summary>Reads a pipe of standard output from now on, and disposes it at its end.</summary>
    public void ReadOutput(Stream pipe) => Add(pipe, "stdout", output, _outputWriter);

    /// <summary>Reads a pipe of standard error from now on, and disposes it at its end.</summary>
    public void ReadError(Stream pipe) => Add(pipe, "stderr", error, _errorWriter);

    /// <summary>Writes bytes to the standard output of the conversation.</summary>
    public Task WriteOutputAsync(ReadOnlyMemory<byte> bytes) => WriteAsync(output, _outputWriter, bytes);

    /// <summary>Writes bytes to the standard error of the conversation.</summary>
    public Task WriteErrorAsync(ReadOnlyMemory<byte> bytes) => WriteAsync(error, _errorWriter, bytes);

    /// <summary>Reads on for the grace after the shell has ended. Returns the streams that processes still held open then.</summary>
    public async Task<IReadOnlyList<string>> EndAsync(TimeSpan grace)
    {
        Task<string?>[] readers;
        lock (_gate)
        {
            _hasEnded = true;
            readers = [.. _readers];
        }

        _ended.CancelAfter(grace);
        string?[] held = await Task.WhenAll(readers);
        return [.. held.OfType<string>().Distinct()];
    }

    public void Dispose()
    {
        _ended.Dispose();
        _outputWriter.Dispose();
        _errorWriter.Dispose();
    }

    private void Add(Stream pipe, string name, ReplayBuffer target, SemaphoreSlim writer)
    {
        lock (_gate)
        {
            // The line has ended together with the shell: the outputs of the conversation take no more.
            if (_hasEnded)
            {
                pipe.Dispose();
                return;
            }

            _readers.RemoveAll(reader => reader is { IsCompletedSuccessfully: true, Result: null });
            _readers.Add(ReadAsync(pipe, name, target, writer));
        }
    }

    // Returns the name if the pipe was still open at the end.
    private async Task<string?> ReadAsync(Stream pipe, string name, ReplayBuffer target, SemaphoreSlim writer)
    {
        await using (pipe)
        {
            var piece = new byte[PieceSize];
            try
            {
                while (await pipe.ReadAsync(piece, _ended.Token) is > 0 and int count)
                    await WriteAsync(target, writer, piece.AsMemory(0, count));
                return null;
            }
            catch (OperationCanceledException)
            {
                return name;
            }
        }
    }

    private static async Task WriteAsync(ReplayBuffer target, SemaphoreSlim writer, ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;
        await writer.WaitAsync();
        try
        {
            await target.AppendAsync(bytes);
        }
        finally
        {
            writer.Release();
        }
    }
}
