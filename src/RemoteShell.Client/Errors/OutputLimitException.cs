using RemoteShell.Protocol;

namespace RemoteShell.Client;

/// <summary>A command wrote more than the caller wants to keep in memory. The client has ended the command.</summary>
public sealed class OutputLimitException : RemoteShellException
{
    internal OutputLimitException(string message, long limit) : base(message) => Limit = limit;

    /// <summary>The limit that the command exceeded: bytes of a stream, or characters of a line.</summary>
    public long Limit { get; }
}
