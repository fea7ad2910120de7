using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;

namespace RemoteShell.Client;

/// <summary>The server does not accept this client's key. The hint says how to authorize it.</summary>
public sealed class UnauthorizedException : RemoteShellException
{
    internal UnauthorizedException(ConnectionException inner) : base(inner.Message, inner) => Hint = inner.Hint;
}
