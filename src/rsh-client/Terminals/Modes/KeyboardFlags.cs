namespace RemoteShell.Cli.Client.Terminals.Modes;

/// <summary>The state of the kitty keyboard protocol on one of the two screens of a terminal: flags, and a stack of flags.</summary>
internal sealed class KeyboardFlags
{
    // Terminals keep fewer.
    private const int MaxDepth = 64;

    private int _depth;
    private int _flags;

    /// <summary><c>CSI &gt; flags u</c>: saves the flags, and sets others.</summary>
    public void Push() => _depth = Math.Min(_depth + 1, MaxDepth);

    /// <summary><c>CSI &lt; count u</c>: restores saved flags. Below the last saved ones all flags are off.</summary>
    public void Pop(int count)
    {
        if (count > _depth)
            _flags = 0;
        _depth = Math.Max(0, _depth - count);
    }

    /// <summary><c>CSI = flags ; how u</c>: sets the flags (1), adds flags (2) or removes them (3).</summary>
    public void Set(int flags, int how)
    {
        // Flags above saved ones go with them.
        if (_depth > 0)
            return;
        _flags = how switch
        {
            2 => _flags | flags,
            3 => _flags & ~flags,
            _ => flags,
        };
    }

    /// <summary>Forgets everything, as the terminal does when it is reset.</summary>
    public void Clear() => (_depth, _flags) = (0, 0);

    /// <summary>The control sequences that turn everything off; empty if nothing is on.</summary>
    public string Reset() => (_depth > 0 ? $"\u001b[<{_depth}u" : "") + (_flags != 0 ? "\u001b[=0u" : "");
}
