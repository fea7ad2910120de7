namespace RemoteShell.Client;

/// <summary>How the shell of a conversation runs.</summary>
public sealed record ConversationOptions
{
    /// <summary>Whether the shell goes on after errors and interrupts. Default: <see cref="ConversationMode.Interactive"/>.</summary>
    public ConversationMode Mode { get; init; } = ConversationMode.Interactive;

    /// <summary>The encoding of lines and folders at the server, such as <c>gbk</c>. Default: UTF-8.</summary>
    public string? Encoding { get; init; }

    /// <summary>The working directory in which the shell starts. Default: the user's home.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Variables to add to the environment of a login. Default: none.</summary>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    /// <summary>What happens when the client disappears without a goodbye.</summary>
    /// <remarks>Default: the server keeps the conversation for an hour.</remarks>
    public DisconnectPolicy OnDisconnect { get; init; } = DisconnectPolicy.KeepFor(TimeSpan.FromHours(1));
}
