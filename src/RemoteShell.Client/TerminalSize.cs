using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client;

/// <summary>The size of the local terminal, which the server is told on each connection anew.</summary>
internal sealed class TerminalSize(Tty first)
{
    private volatile Resize _current = new() { Columns = first.Columns, Rows = first.Rows };

    /// <summary>What the server is to know.</summary>
    public Resize Current => _current;

    public Resize Change(int columns, int rows) => _current = new() { Columns = columns, Rows = rows };
}
