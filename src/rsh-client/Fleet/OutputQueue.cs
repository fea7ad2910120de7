using System.Threading.Channels;
using RemoteShell.Cli.Client.Streams;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>Writes to standard output on a thread of its own, so that a reader that does not read blocks no other.</summary>
/// <param name="write">Writes a piece. It may block.</param>
internal sealed class OutputQueue(Action<Stream, byte[]> write) : IDisposable
{
    // Each of at most some 100 KiB.
    private const int MaxPieces = 64;

    private readonly Channel<Piece> _pieces = Channel.CreateBounded<Piece>(new BoundedChannelOptions(MaxPieces) { SingleReader = true });
    private readonly CancellationTokenSource _broken = new();
    private int _isStarted;
    private int _waiting;

    /// <summary>Why standard output cannot be written; null: it can.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Cancelled when standard output cannot be written any more.</summary>
    public CancellationToken Broken => _broken.Token;

    /// <summary>Gives a piece to the thread. What comes after a failure is dropped.</summary>
    public async ValueTask WriteAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        Start();
        Interlocked.Increment(ref _waiting);
        await _pieces.Writer.WriteAsync(new(bytes, Written: null), cancellationToken);
    }

    /// <summary>Waits until all pieces are written.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _waiting) == 0)
            return;
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _pieces.Writer.WriteAsync(new([], written), cancellationToken);
        await written.Task.WaitAsync(cancellationToken);
    }

    public void Dispose() => _pieces.Writer.TryComplete();

    private void Start()
    {
        if (Interlocked.Exchange(ref _isStarted, 1) == 0)
            new Thread(Run) { IsBackground = true, Name = "standard output" }.Start();
    }

    private void Run()
    {
        Stream output = StandardStreams.Output;
        while (_pieces.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (_pieces.Reader.TryRead(out Piece? piece))
            {
                Write(output, piece);
                piece.Written?.SetResult();
            }
        }
    }

    private void Write(Stream output, Piece piece)
    {
        if (piece.Written is not null)
            return;
        try
        {
            if (Failure is null)
                write(output, piece.Bytes);
        }
        catch (Exception e) when (e is BrokenOutputException or IOException)
        {
            Failure = e;
            _broken.Cancel();
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    // With Written: a mark, which has no bytes.
    private sealed record Piece(byte[] Bytes, TaskCompletionSource? Written);
}
