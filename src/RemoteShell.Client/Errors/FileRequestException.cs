using RemoteShell.Files.Folders;
using RemoteShell.Protocol;

namespace RemoteShell.Client;

/// <summary>A path cannot be used: it does not exist, is not allowed, or is not what the request needs.</summary>
public sealed class FileRequestException : RemoteShellException
{
    /// <summary>Creates an exception.</summary>
    /// <param name="fault">What is wrong with the path.</param>
    /// <param name="message">What happened.</param>
    public FileRequestException(FileFault fault, string message) : base(message) => Fault = fault;

    /// <summary>What is wrong with the path.</summary>
    public FileFault Fault { get; }
}
