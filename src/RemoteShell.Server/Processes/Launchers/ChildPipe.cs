using System.IO.Pipes;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using RemoteShell.Server.Native;

namespace RemoteShell.Server.Processes.Launchers;

/// <summary>A pipe between the server and a process that is about to start.</summary>
internal sealed class ChildPipe : IDisposable
{
    private readonly SafePipeHandle _child;

    private ChildPipe(SafePipeHandle child, SafePipeHandle mine, PipeDirection direction)
        => (_child, Stream) = (child, new AnonymousPipeClientStream(direction, mine));

    /// <summary>The server's end; the user of the stream disposes it.</summary>
    public Stream Stream { get; }

    /// <summary>The descriptor of the process's end, in the server.</summary>
    public int ChildEnd => (int)_child.DangerousGetHandle();

    /// <summary>Makes a pipe that the process reads.</summary>
    /// <exception cref="ProcessStartException">The system gives no more pipes.</exception>
    public static ChildPipe ForReading()
    {
        (SafePipeHandle reading, SafePipeHandle writing) = Make();
        return new(reading, writing, PipeDirection.Out);
    }

    /// <summary>Makes a pipe that the process writes.</summary>
    /// <exception cref="ProcessStartException">The system gives no more pipes.</exception>
    public static ChildPipe ForWriting()
    {
        (SafePipeHandle reading, SafePipeHandle writing) = Make();
        return new(writing, reading, PipeDirection.In);
    }

    /// <summary>Closes the server's descriptor of the process's end. The process has its own by then.</summary>
    public void Dispose() => _child.Dispose();

    private static (SafePipeHandle Reading, SafePipeHandle Writing) Make()
    {
        Span<int> ends = stackalloc int[2];
        if (FileCalls.MakePipe(ends, FileCalls.CloseOnExec) != 0)
            throw new ProcessStartException(126, $"cannot make a pipe for the command: {Marshal.GetLastPInvokeErrorMessage()}");
        return (new(ends[0], ownsHandle: true), new(ends[1], ownsHandle: true));
    }
}
