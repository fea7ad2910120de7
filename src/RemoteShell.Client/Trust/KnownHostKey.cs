using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Trust;

/// <summary>A key in a line of known_hosts that names the host.</summary>
/// <param name="Key">The key.</param>
/// <param name="Line">The number of the line.</param>
/// <param name="Form">How the line names the host.</param>
internal sealed record KnownHostKey(PublicKey Key, int Line, LineForm Form);
