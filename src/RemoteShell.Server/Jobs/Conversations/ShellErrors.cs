using RemoteShell.Server.Processes;

namespace RemoteShell.Server.Jobs.Conversations;

/// <summary>What the shell of a script writes on its own standard error: output of its traps, and messages about processes.</summary>
/// <remarks>
/// It goes into the outputs of the conversation. After -x or -v it is dropped, since it has the commands around each line too. Those of
/// the first such line come before the record that tells the options, so all is held until the next record.
/// </remarks>
internal sealed class ShellErrors
{
    // In bytes. When so many are held, they go on at once.
    private const int MaxHeld = 64 * 1024;
    private const int PieceSize = 4096;

    private readonly byte[] _piece = new byte[PieceSize];
    private readonly Lock _gate = new();

    // All guarded by _gate.
    private readonly MemoryStream _held = new();
    private bool _isTraced, _isTold;

    /// <summary>Reads all of it.</summary>
    public async Task ReadAsync(Stream pipe, LateOutput late, CancellationToken gone)
    {
        await new PipeDrain(TimeSpan.Zero, () => RoomAsync(late), Hold).ReadAllAsync(pipe, gone);
        await late.WriteErrorAsync(Take());
    }

    /// <summary>Notes a record of the shell.</summary>
    public void Take(StatusRecord record)
    {
        lock (_gate)
        {
            _isTraced |= record.Options.AsSpan().ContainsAny('x', 'v');
            _isTold = true;
        }
    }

    /// <summary>Drops all from now on.</summary>
    public void Drop()
    {
        lock (_gate)
            _isTraced = true;
    }

    /// <summary>Passes on what was read before the last record, unless that was done.</summary>
    public Task PassOnAsync(LateOutput late) => late.WriteErrorAsync(TakeTold());

    private async ValueTask<Memory<byte>> RoomAsync(LateOutput late)
    {
        if (IsFull())
            await late.WriteErrorAsync(Take());
        return _piece;
    }

    private void Hold(int count)
    {
        lock (_gate)
            _held.Write(_piece, 0, count);
    }

    private bool IsFull()
    {
        lock (_gate)
            return _held.Length >= MaxHeld;
    }

    private ReadOnlyMemory<byte> TakeTold()
    {
        lock (_gate)
        {
            bool isTold = _isTold;
            _isTold = false;
            return isTold ? Take() : default;
        }
    }

    private ReadOnlyMemory<byte> Take()
    {
        lock (_gate)
        {
            byte[] held = _isTraced ? [] : _held.ToArray();
            _held.SetLength(0);
            return held;
        }
    }
}
