using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.HostKeys;

/// <summary>The key that a server has at a moment.</summary>
/// <param name="Identity">The key, with its certificate if there is one.</param>
/// <param name="Next">The key that follows; null: none is planned.</param>
/// <param name="Announcement">What clients learn about the next key; null: none is planned.</param>
internal sealed record PresentHostKey(Identity Identity, NextHostKey? Next, HelloNextKey? Announcement);
