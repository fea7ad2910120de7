using System.Buffers;
using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Recordings;

namespace RemoteShell.Server.Recordings;

/// <summary>The recording of a job that runs. The job does not wait for the disk: output is left out if too much waits for it.</summary>
/// <param name="name">The name of the file.</param>
/// <param name="store">Bounds what waits for the disk in all recordings.</param>
/// <param name="log">Receives what is left out.</param>
internal sealed class Recording(string name, RecordingStore store, ILogger log)
{
    // Bytes of output that may wait for the disk.
    private const int MaxWaiting = 8 << 20;

    // What a piece of output takes beside its bytes.
    private const int PieceBytes = 128;

    private readonly Channel<Piece> _pieces = Channel.CreateUnbounded<Piece>(new() { SingleReader = true });
    private readonly Lock _gate = new();

    // Guarded by _gate: bytes that wait, and bytes that were left out since the last piece.
    private int _waiting;
    private long _missing;

    /// <summary>The name of the file.</summary>
    public string Name => name;

    /// <summary>Records standard output. Does not block.</summary>
    public void Show(ReadOnlySpan<byte> bytes) => Add('o', bytes);

    /// <summary>Records standard error. Does not block.</summary>
    public void ShowError(ReadOnlySpan<byte> bytes) => Add('e', bytes);

    /// <summary>Records a size of the terminal.</summary>
    public void Resize(int columns, int rows) => _pieces.Writer.TryWrite(new('r') { First = columns, Second = rows });

    /// <summary>Records the exit status, and completes the recording.</summary>
    public void End(int code)
    {
        lock (_gate)
            _pieces.Writer.TryWrite(new('x') { First = code, Missing = TakeMissing() });
        _pieces.Writer.TryComplete();
    }

    /// <summary>Completes the recording of a job that does not run.</summary>
    public void Discard() => _pieces.Writer.TryComplete();

    /// <summary>Writes what is recorded, until the recording is complete.</summary>
    public async Task WriteAsync(RecordingFile file, TerminalRequest tty, string command, string title, AsciicastSource source)
    {
        using Asciicast? cast = file.TryOpen(tty, command, title, source, DateTimeOffset.UtcNow);
        bool isWhole = true;
        await foreach (Piece piece in _pieces.Reader.ReadAllAsync())
        {
            if (piece.Missing > 0)
            {
                cast?.Remark($"{piece.Missing} bytes are missing here: the disk was too slow");
                if (isWhole)
                    log.LogWarning("the recording {Name} has gaps: the disk was too slow", name);
                isWhole = false;
            }

            Write(cast, piece);
        }
    }

    private void Write(Asciicast? cast, Piece piece)
    {
        ReadOnlySpan<byte> bytes = piece.Bytes.AsSpan(0, piece.Count);
        switch (piece.Kind)
        {
            case 'o':
                cast?.Show(bytes, piece.Time);
                break;
            case 'e':
                cast?.ShowError(bytes, piece.Time);
                break;
            case 'r':
                cast?.Resize(piece.First, piece.Second, piece.Time);
                break;
            default:
                cast?.Exit(piece.First, piece.Time);
                break;
        }

        if (piece.Bytes is null)
            return;
        ArrayPool<byte>.Shared.Return(piece.Bytes);
        store.Waited(piece.Count + PieceBytes);
        lock (_gate)
            _waiting -= piece.Count + PieceBytes;
    }

    private void Add(char kind, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;
        int taken = bytes.Length + PieceBytes;
        lock (_gate)
        {
            if (_waiting + taken > MaxWaiting || !store.TryWait(taken))
            {
                _missing += bytes.Length;
                return;
            }

            _waiting += taken;
            byte[] copy = ArrayPool<byte>.Shared.Rent(bytes.Length);
            bytes.CopyTo(copy);
            // False once the recording is complete: what a process left behind writes later does not belong to it.
            if (_pieces.Writer.TryWrite(new(kind) { Bytes = copy, Count = bytes.Length, Missing = TakeMissing() }))
                return;
            ArrayPool<byte>.Shared.Return(copy);
            _waiting -= taken;
            store.Waited(taken);
        }
    }

    private long TakeMissing()
    {
        long missing = _missing;
        _missing = 0;
        return missing;
    }

    private readonly record struct Piece(char Kind)
    {
        public byte[]? Bytes { get; init; }

        public int Count { get; init; }

        public int First { get; init; }

        public int Second { get; init; }

        // Bytes that are left out before it.
        public long Missing { get; init; }

        public long Time { get; } = Stopwatch.GetTimestamp();
    }
}
