namespace RemoteShell.Client;

/// <summary>Whether the shell of a conversation behaves as at a prompt or as in a script.</summary>
public enum ConversationMode
{
    /// <summary>An error or an interrupt ends the line, and the shell goes on.</summary>
    Interactive,

    /// <summary>What ends a script ends the shell.</summary>
    Script,
}
