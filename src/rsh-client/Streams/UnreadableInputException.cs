namespace RemoteShell.Cli.Client.Streams;

/// <summary>Standard input cannot be read. The message is the system's reason.</summary>
internal sealed class UnreadableInputException(string reason) : IOException(reason);
