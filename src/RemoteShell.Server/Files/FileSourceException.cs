using RemoteShell.Protocol;

namespace RemoteShell.Server.Files;

/// <summary>A file does not exist, or cannot be sent.</summary>
internal sealed class FileSourceException(string code, string message, Exception? inner = null) : RemoteShellException(message, inner)
{
    /// <summary>One of <see cref="ErrorCode"/>.</summary>
    public string Code { get; } = code;
}
