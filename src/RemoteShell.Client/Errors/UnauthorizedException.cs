using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;

namespace RemoteShell.Client;

/// <summary>The server does not accept this client's key. The hint says how to authorize it.</summary>
public sealed class UnauthorizedException : RemoteShellException
{
    internal UnauthorizedException(ConnectionException inner) : base(inner.Message, inner)
        => (Hint, WasAccepted) = (inner.Hint, inner.Reason.WasAccepted);

    /// <summary>Whether the server had accepted the key before, so that it may have done what was asked for.</summary>
    public bool WasAccepted { get; }
}
