using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client;

/// <summary>The terminal of a command.</summary>
/// <param name="Type">The type, as in the variable TERM.</param>
/// <param name="Columns">The width in characters, 1 to 10000.</param>
/// <param name="Rows">The height in lines, 1 to 10000.</param>
public sealed record TerminalSettings(string Type, int Columns, int Rows)
{
    internal TerminalRequest ToMessage() => new(Type, Columns, Rows);
}
