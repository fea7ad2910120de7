using System.IO.Pipes;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using RemoteShell.Server.Native;

namespace RemoteShell.Server.Jobs.Conversations;

/// <summary>A named pipe that lines write to, one after the other.</summary>
/// <remarks>
/// The server holds a writing end itself until a line is over: a pipe that no process has opened yet would look like one that has ended.
/// </remarks>
internal sealed class LinePipe : IDisposable
{
    private SafeFileHandle _writing;

    private LinePipe(string path, SafePipeHandle reading, SafeFileHandle writing)
        => (Path, Stream, _writing) = (path, new AnonymousPipeClientStream(PipeDirection.In, reading), writing);

    /// <summary>The path, for the shell.</summary>
    public string Path { get; }

    /// <summary>The reading end; the user disposes it.</summary>
    public PipeStream Stream { get; }

    /// <summary>Whether no process can write to the pipe any more.</summary>
    public bool IsHungUp => FileCalls.IsHungUp(Stream.SafePipeHandle);

    /// <summary>Makes the pipe.</summary>
    /// <exception cref="IOException">The system refuses it: the disk is full, or the process has no descriptor left.</exception>
    public static LinePipe Create(string path)
    {
        if (FileCalls.MakeFifo(path, FileCalls.OwnerOnly) != 0)
            throw Failure(path);
        SafeFileHandle reading = FileCalls.Open(path, FileCalls.NonBlocking | FileCalls.CloseOnExec);
        SafeFileHandle writing = OpenWriting(path);
        if (!reading.IsInvalid && !writing.IsInvalid)
            return new(path, Move(reading), writing);
        IOException failure = Failure(path);
        reading.Dispose();
        writing.Dispose();
        File.Delete(path);
        throw failure;
    }

    /// <summary>Closes the server's writing end: the stream ends when no process of the line holds the pipe any more.</summary>
    public void EndWriting() => _writing.Dispose();

    /// <summary>Opens the server's writing end again, for the next line; false if the path is gone.</summary>
    public bool TryOpenWriting()
    {
        _writing = OpenWriting(Path);
        return !_writing.IsInvalid;
    }

    /// <summary>Closes the server's writing end, and removes the path. The stream stays open.</summary>
    public void Dispose()
    {
        EndWriting();
        try
        {
            File.Delete(Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next start of the server removes it.
        }
    }

    private static SafeFileHandle OpenWriting(string path)
        => FileCalls.Open(path, FileCalls.WriteOnly | FileCalls.NonBlocking | FileCalls.CloseOnExec);

    private static IOException Failure(string path)
        => new($"cannot make the pipe {path}: {Marshal.GetLastPInvokeErrorMessage()}");

    private static SafePipeHandle Move(SafeFileHandle file)
    {
        var pipe = new SafePipeHandle(file.DangerousGetHandle(), ownsHandle: true);
        file.SetHandleAsInvalid();
        return pipe;
    }
}
