using System.Runtime.InteropServices;
using RemoteShell.Server.Native;

namespace RemoteShell.Server.Processes.Unix;

/// <summary>Waits until .NET has handled the signals that came before. It handles them in order, on a thread of its own.</summary>
internal static class SignalBarrier
{
    // SIGURG, of which a program without a handler takes no notice.
    private const int Urgent = 23;

    // Handling takes far less, unless the thread does not get the processor.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private static readonly PosixSignalRegistration Handler = PosixSignalRegistration.Create((PosixSignal)Urgent, Pass);

    private static TaskCompletionSource? _passed;

    /// <summary>Waits. One caller at a time.</summary>
    public static void Wait()
    {
        var passed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _passed, passed);
        GC.KeepAlive(Handler);
        if (ProcessCalls.Kill(Environment.ProcessId, Urgent) == 0)
            passed.Task.Wait(LongestWait);
    }

    private static void Pass(PosixSignalContext context)
    {
        context.Cancel = true;
        Volatile.Read(ref _passed)?.TrySetResult();
    }
}
