namespace RemoteShell.Protocol.Messages;

/// <summary>How the shell of a conversation runs. The values of <see cref="ExecRequest.Conversation"/>.</summary>
public static class ConversationKind
{
    /// <summary>As at a prompt: an error or an interrupt ends the line, and the shell goes on.</summary>
    public const string Interactive = "interactive";

    /// <summary>As a script: what ends a script ends the shell.</summary>
    public const string Script = "script";

    /// <summary>Whether the word is one of these.</summary>
    public static bool IsKnown(string kind) => kind is Interactive or Script;
}
