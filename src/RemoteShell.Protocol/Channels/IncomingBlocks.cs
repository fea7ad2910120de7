using RemoteShell.Protocol.Frames;

namespace RemoteShell.Protocol.Channels;

/// <summary>Bytes that came and that nobody has taken yet, in their order. Whoever uses it holds the stream's lock.</summary>
internal sealed class IncomingBlocks
{
    // A flood of tiny frames must not cost more than the window says: they are gathered into blocks of this size.
    private const int SmallBlock = 4096;

    private readonly Queue<PooledBytes> _blocks = new();
    private PooledBytes _tail;
    private bool _isDiscarded;

    /// <summary>Whether there are any.</summary>
    public bool Any => _blocks.Count > 0 || _tail.Length > 0;

    /// <summary>Keeps a frame's body, whose owner this is from now on.</summary>
    public void Add(PooledBytes body)
    {
        if (_isDiscarded)
        {
            body.Dispose();
            return;
        }

        if (body.Length > SmallBlock / 4)
        {
            Separate();
            _blocks.Enqueue(body);
            return;
        }

        if (_tail.Length + body.Length > _tail.Array.Length)
        {
            Separate();
            _tail = PooledBytes.Rent(SmallBlock).WithLength(0);
        }

        body.Memory.CopyTo(_tail.Array.AsMemory(_tail.Length));
        _tail = _tail.WithLength(_tail.Length + body.Length);
        body.Dispose();
    }

    /// <summary>Takes the next block; false where there is none.</summary>
    public bool TryTake(out PooledBytes block)
    {
        if (_blocks.TryDequeue(out block))
            return true;
        block = _tail;
        _tail = default;
        return block.Length > 0;
    }

    /// <summary>Gives back what is there and what comes.</summary>
    public void Discard()
    {
        _isDiscarded = true;
        while (TryTake(out PooledBytes block))
            block.Dispose();
    }

    /// <summary>What is added from now on is in blocks of its own.</summary>
    public void Separate()
    {
        if (_tail.Length > 0)
            _blocks.Enqueue(_tail);
        _tail = default;
    }
}
