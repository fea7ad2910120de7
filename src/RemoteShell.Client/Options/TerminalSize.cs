using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Options;

/// <summary>The size of the local terminal, which the server is told on each connection anew.</summary>
internal sealed class TerminalSize(TerminalRequest first)
{
    private volatile ResizeMessage _current = new() { Columns = first.Columns, Rows = first.Rows };

    /// <summary>What the server is to know.</summary>
    public ResizeMessage Current => _current;

    public ResizeMessage Change(int columns, int rows) => _current = new() { Columns = columns, Rows = rows };
}
