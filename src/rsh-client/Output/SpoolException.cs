using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Output;

/// <summary>Large output of a command cannot be kept until its JSON is written.</summary>
internal sealed class SpoolException(string message, Exception? inner = null) : RemoteShellException(message, inner);
