using RemoteShell.Protocol;

namespace RemoteShell.Files.Transfers.Records;

/// <summary>The other end of a transfer left before the end.</summary>
internal sealed class EarlyEndException() : RemoteShellException("the other end left before the end of the transfer");
