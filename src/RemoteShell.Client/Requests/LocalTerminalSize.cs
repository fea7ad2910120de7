using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Requests;

/// <summary>The size of the local terminal, which the client sends on each connection.</summary>
/// <param name="first">The first size; null: it is not known yet.</param>
internal sealed class LocalTerminalSize(TerminalRequest? first)
{
    private volatile ResizeMessage? _current = first is null ? null : new() { Columns = first.Columns, Rows = first.Rows };

    /// <summary>The latest size; null while it is not known.</summary>
    public ResizeMessage? Current => _current;

    /// <summary>Sets another size and returns the message that tells it to the server.</summary>
    public ResizeMessage Change(int columns, int rows)
    {
        var changed = new ResizeMessage { Columns = columns, Rows = rows };
        _current = changed;
        return changed;
    }
}
