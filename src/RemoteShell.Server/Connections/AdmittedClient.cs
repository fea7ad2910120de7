using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Authentication;
using RemoteShell.Server.Peers;

namespace RemoteShell.Server.Connections;

/// <summary>A client that may use the server. The owner disposes the stream.</summary>
internal sealed record AdmittedClient(SecureStream Secure, AuthorizedKey Key, Peer Peer);
