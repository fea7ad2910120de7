using RemoteShell.Protocol;

namespace RemoteShell.Client;

/// <summary>The server cannot be reached, or what answers is not a RemoteShell server.</summary>
/// <remarks>After a lost connection: no attempt to reconnect succeeded within <see cref="ClientOptions.GiveUp"/>.</remarks>
public sealed class ConnectFailedException : RemoteShellException
{
    internal ConnectFailedException(string message, Exception? inner = null) : base(message, inner)
    {
    }

    /// <summary>Why the server turned this client away: a value of <see cref="ErrorCode"/>; null if no server has answered.</summary>
    public string? Code { get; init; }

    /// <summary>Whether another attempt may succeed in a moment.</summary>
    internal bool IsPassing { get; init; }

    /// <summary>Whether the time of the attempt has passed.</summary>
    internal bool IsTimeout { get; init; }
}
