using RemoteShell.Protocol.Frames;

namespace RemoteShell.Protocol.Channels;

/// <summary>Received bytes that the consumer has not taken yet, in order. Guarded by the stream's lock.</summary>
internal sealed class IncomingBlocks
{
    // Small bodies are copied into blocks of this size, so that many tiny frames do not cost more memory than the window.
    private const int SmallBlock = 4096;

    private readonly Queue<PooledBytes> _blocks = new();
    private PooledBytes _tail;
    private bool _isDiscarded;

    /// <summary>Whether bytes are waiting.</summary>
    public bool Any => _blocks.Count > 0 || _tail.Length > 0;

    /// <summary>Adds a frame's body. This object disposes it.</summary>
    public void Add(PooledBytes body)
    {
        if (_isDiscarded)
        {
            body.Dispose();
            return;
        }

        if (body.Length > SmallBlock / 4)
        {
            StartNewBlock();
            _blocks.Enqueue(body);
            return;
        }

        if (_tail.Length + body.Length > _tail.Array.Length)
        {
            StartNewBlock();
            _tail = PooledBytes.Rent(SmallBlock).WithLength(0);
        }

        body.Memory.CopyTo(_tail.Array.AsMemory(_tail.Length));
        _tail = _tail.WithLength(_tail.Length + body.Length);
        body.Dispose();
    }

    /// <summary>Takes the next block. Returns false if there is none. The caller disposes it.</summary>
    public bool TryTake(out PooledBytes block)
    {
        if (_blocks.TryDequeue(out block))
            return true;
        block = _tail;
        _tail = default;
        return block.Length > 0;
    }

    /// <summary>Frees all waiting bytes, and every body that is added later.</summary>
    public void Discard()
    {
        _isDiscarded = true;
        while (TryTake(out PooledBytes block))
            block.Dispose();
    }

    /// <summary>Puts the bytes that follow into another block than those before.</summary>
    public void StartNewBlock()
    {
        if (_tail.Length > 0)
            _blocks.Enqueue(_tail);
        _tail = default;
    }
}
