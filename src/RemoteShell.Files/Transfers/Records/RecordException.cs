using RemoteShell.Protocol;

namespace RemoteShell.Files.Transfers.Records;

/// <summary>The other end of a transfer sent what is not allowed.</summary>
internal sealed class RecordException(string text) : RemoteShellException($"the other end breaks the rules of a transfer: {text}");
