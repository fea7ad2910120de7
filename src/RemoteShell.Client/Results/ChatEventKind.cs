namespace RemoteShell.Client;

/// <summary>What happened in a chat room.</summary>
public enum ChatEventKind
{
    /// <summary>An event that this version does not know; <see cref="ChatMessage.KindName"/> is its word.</summary>
    Unknown,

    /// <summary>A member said something.</summary>
    Said,

    /// <summary>A member joined, for the first time or again.</summary>
    Joined,

    /// <summary>A member left, or its connection was lost.</summary>
    Left,

    /// <summary>The server dropped a member that read too slowly.</summary>
    Dropped,
}
