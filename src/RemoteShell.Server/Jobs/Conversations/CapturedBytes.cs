using System.Buffers;
using RemoteShell.Server.Processes;

namespace RemoteShell.Server.Jobs.Conversations;

/// <summary>The first bytes that a command of the server's own writes; later ones are dropped.</summary>
/// <param name="limit">The number of bytes that are kept.</param>
internal sealed class CapturedBytes(int limit)
{
    private const int PieceSize = 4096;

    // How long to wait for what such a command left in the background: it leaves nothing.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(20);

    private readonly ArrayBufferWriter<byte> _kept = new();
    private readonly byte[] _dropped = new byte[PieceSize];
    private bool _drops;

    /// <summary>The bytes that are kept.</summary>
    public ReadOnlySpan<byte> Bytes => _kept.WrittenSpan;

    /// <summary>Whether bytes were dropped.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Makes the reader that fills this.</summary>
    public PipeDrain Drain() => new(Grace, Room, Fill);

    private ValueTask<Memory<byte>> Room()
    {
        int left = limit - _kept.WrittenCount;
        _drops = left <= 0;
        Memory<byte> room = _drops ? _dropped : _kept.GetMemory(PieceSize);
        return new(_drops || room.Length <= left ? room : room[..left]);
    }

    private void Fill(int count)
    {
        if (_drops)
            IsCut |= count > 0;
        else
            _kept.Advance(count);
    }
}
