using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;

namespace RemoteShell.Client;

/// <summary>The connection ended before the answer came.</summary>
/// <remarks>A job may run on, as its policy says, and can be attached to; see <see cref="JobId"/>.</remarks>
public sealed class ConnectionLostException : RemoteShellException
{
    // No attempt to reconnect succeeded.
    internal ConnectionLostException(string job, ConnectFailedException inner, string state, string hint)
        : base($"{inner.Message}; {state}", inner)
    {
        JobId = job;
        Code = CloseReason.Lost;
        IsNetworkLoss = true;
        Hint = hint;
    }

    // The server ended the connection, or the network broke it and the request cannot be repeated.
    internal ConnectionLostException(string? job, ConnectionException inner) : base(inner.Message, inner)
    {
        JobId = job;
        Code = inner.Reason.Code;
        IsNetworkLoss = inner.Reason.IsLoss;
        Hint = inner.Hint;
    }

    /// <summary>The job that the request was about; null if there is none, or the server cannot have started it.</summary>
    public string? JobId { get; }

    /// <summary>Why the connection ended: a value of <see cref="ErrorCode"/>, <c>lost</c> or <c>goodbye</c>.</summary>
    public string Code { get; }

    /// <summary>Whether the network broke the connection, so that another connection may succeed.</summary>
    public bool IsNetworkLoss { get; }
}
