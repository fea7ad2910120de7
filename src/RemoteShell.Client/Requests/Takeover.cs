using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Requests;

/// <summary>How a client attaches to a job: as a watcher, or in the place of the client that controls it.</summary>
/// <param name="Terminal">The local terminal, for a job that has one; null: none.</param>
/// <param name="ClientToken">The same on each connection of this client; null for a watcher.</param>
internal sealed record Takeover(TerminalSettings? Terminal, string? ClientToken)
{
    /// <summary>Only watches.</summary>
    public static Takeover None { get; } = new(null, null);

    /// <summary>Takes over a job that has a terminal.</summary>
    public static Takeover OfTerminal(TerminalSettings terminal) => new(terminal, JobId.New());

    /// <summary>Takes over a conversation.</summary>
    public static Takeover OfConversation() => new(null, JobId.New());
}
