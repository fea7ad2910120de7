using System.IO.Pipes;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace RemoteShell.Server.Processes.Launchers;

/// <summary>A pipe of which a process that is to be started gets one end.</summary>
internal sealed partial class ChildPipe : IDisposable
{
    private const int CloseOnExec = 0x80000;

    private readonly SafePipeHandle _child;

    private ChildPipe(SafePipeHandle child, SafePipeHandle mine, PipeDirection direction)
        => (_child, Stream) = (child, new AnonymousPipeClientStream(direction, mine));

    /// <summary>This side's end. Whoever uses it closes it.</summary>
    public Stream Stream { get; }

    /// <summary>The number of the other end, here.</summary>
    public int ChildEnd => (int)_child.DangerousGetHandle();

    /// <summary>One that the process reads.</summary>
    /// <exception cref="ProcessStartException">The system gives no more pipes.</exception>
    public static ChildPipe ForReading()
    {
        (SafePipeHandle reading, SafePipeHandle writing) = Make();
        return new(reading, writing, PipeDirection.Out);
    }

    /// <summary>One that the process writes.</summary>
    /// <exception cref="ProcessStartException">The system gives no more pipes.</exception>
    public static ChildPipe ForWriting()
    {
        (SafePipeHandle reading, SafePipeHandle writing) = Make();
        return new(writing, reading, PipeDirection.In);
    }

    /// <summary>Closes the process's end, which the process has now.</summary>
    public void Dispose() => _child.Dispose();

    private static (SafePipeHandle Reading, SafePipeHandle Writing) Make()
    {
        Span<int> ends = stackalloc int[2];
        return MakePipe(ends, CloseOnExec) == 0
            ? (new(ends[0], ownsHandle: true), new(ends[1], ownsHandle: true))
            : throw new ProcessStartException(126, $"no pipe for the command: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    private static partial int MakePipe(Span<int> ends, int flags);
}
