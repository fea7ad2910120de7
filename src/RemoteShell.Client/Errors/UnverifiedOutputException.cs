using RemoteShell.Protocol;

namespace RemoteShell.Client;

/// <summary>What arrived is not, or may not be, all that was sent: it must not be taken for the output.</summary>
public sealed class UnverifiedOutputException(string message, Exception? inner = null) : RemoteShellException(message, inner);
