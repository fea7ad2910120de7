using System.Runtime.InteropServices;
using RemoteShell.Files.Native;
using RemoteShell.Protocol;

namespace RemoteShell.Files.Folders;

/// <summary>An operation on a file failed. The message is <c>PATH: REASON</c>.</summary>
public sealed class FileException : RemoteShellException
{
    /// <summary>Creates an exception with the usual reason of the fault.</summary>
    /// <param name="fault">Why the operation failed.</param>
    /// <param name="path">The path, escaped.</param>
    public FileException(FileFault fault, string path) : this(fault, path, ReasonOf(fault))
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="fault">Why the operation failed.</param>
    /// <param name="path">The path, escaped.</param>
    /// <param name="reason">Why the operation failed, as text.</param>
    public FileException(FileFault fault, string path, string reason) : base($"{path}: {reason}")
    {
        Fault = fault;
        Path = path;
        Reason = reason;
    }

    /// <summary>Why the operation failed.</summary>
    public FileFault Fault { get; }

    /// <summary>The path, escaped, as the request named it.</summary>
    public string Path { get; }

    /// <summary>Why the operation failed, as text without the path.</summary>
    public string Reason { get; }

    /// <summary>The usual text of a fault.</summary>
    public static string ReasonOf(FileFault fault) => fault switch
    {
        FileFault.NotFound => "no such file or directory",
        FileFault.Denied => "permission denied",
        FileFault.NotFolder => "is not a directory",
        FileFault.IsFolder => "is a directory",
        FileFault.Exists => "exists already",
        FileFault.NotEmpty => "the directory is not empty",
        FileFault.NoSpace => "no space left on the file system",
        FileFault.Quota => "the disk quota is used up",
        FileFault.NameTooLong => "the name is too long",
        FileFault.LinkLoop => "too many symbolic links",
        FileFault.ReadOnly => "the file system is read-only",
        FileFault.NotSupported => "the file system does not support this",
        FileFault.Busy => "is in use",
        FileFault.Locked => "another transfer writes this file",
        FileFault.Changed => "was replaced meanwhile",
        FileFault.OtherFileSystem => "is on another file system",
        FileFault.Outside => "is outside the permitted directory",
        FileFault.NotRegular => "is not a regular file",
        _ => "failed",
    };

    /// <summary>Creates the exception for an error number of the last call.</summary>
    internal static FileException Of(int error, string path)
    {
        FileFault fault = FaultOf(error);
        return fault == FileFault.Other ? new(fault, path, Marshal.GetPInvokeErrorMessage(error)) : new(fault, path);
    }

    private static FileFault FaultOf(int error) => error switch
    {
        Errno.NoEntry => FileFault.NotFound,
        Errno.AccessDenied or Errno.NotPermitted => FileFault.Denied,
        Errno.NotFolder => FileFault.NotFolder,
        Errno.IsFolder => FileFault.IsFolder,
        Errno.Exists => FileFault.Exists,
        Errno.NotEmpty => FileFault.NotEmpty,
        Errno.NoSpace or Errno.FileTooBig => FileFault.NoSpace,
        Errno.Quota => FileFault.Quota,
        Errno.NameTooLong => FileFault.NameTooLong,
        Errno.LinkLoop => FileFault.LinkLoop,
        Errno.ReadOnly => FileFault.ReadOnly,
        Errno.NotSupported or Errno.NotImplemented => FileFault.NotSupported,
        Errno.Busy or Errno.TextBusy => FileFault.Busy,
        Errno.OtherDevice => FileFault.OtherFileSystem,
        _ => FileFault.Other,
    };
}
