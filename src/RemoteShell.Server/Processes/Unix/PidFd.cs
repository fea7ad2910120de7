using System.Runtime.InteropServices;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Native;

namespace RemoteShell.Server.Processes.Unix;

/// <summary>Linux's descriptor of a process (pidfd_open(2)): readable when the process ends, and never of another process.</summary>
internal static class PidFd
{
    // The numbers and layouts are those of x86-64 and arm64, the two architectures that Open accepts.
    private const nint PidOpenCall = 434, PidSignalCall = 424;

    // <linux/wait.h>, <linux/pidfd.h>
    private const nint WaitForAny = 0, WaitForPid = 1, WaitForPidFd = 3;
    private const nint Exited = 4, NoHang = 1, NoReap = 0x01000000;
    private const int CodeExited = 1;
    private const ulong InfoExit = 1 << 3;

    // Each after 1 ms. Reaping takes far less, unless the machine is so busy that the thread that reaps has to wait in the middle of it.
    private const int MostReadings = 2000;

    private static readonly nint WaitCall = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 247 : 95;

    /// <summary>Whether this system has such descriptors.</summary>
    public static bool IsSupported { get; } = TryOne();

    /// <summary>Whether the descriptor tells how a process ended that other code has reaped: since Linux 6.15.</summary>
    public static bool TellsReaped { get; } = IsSupported && Environment.OSVersion.Version >= new Version(6, 15);

    /// <summary>Opens the descriptor; a negative number if the system has none or the process is gone.</summary>
    public static int Open(int pid) => RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64
        ? (int)ProcessCalls.SystemCall(PidOpenCall, pid, 0, 0, 0, 0)
        : -1;

    /// <summary>Signals the process; false if it is gone, or belongs to another user.</summary>
    public static bool TrySignal(int descriptor, int signal) => ProcessCalls.SystemCall(PidSignalCall, descriptor, signal, 0, 0, 0) == 0;

    public static void Close(int descriptor) => _ = FileCalls.Close(descriptor);

    /// <summary>How the process ended; null if the system does not tell.</summary>
    /// <remarks>
    /// .NET reaps the process at the same moment. Before it has, waitid(2) can look without reaping; after it has, Linux 6.15 and later
    /// still answer through the descriptor.
    /// </remarks>
    public static ProcessExit? ReadExit(int descriptor)
        => Wait(WaitForPidFd, descriptor, Exited | NoHang | NoReap) ?? AwaitReaped(descriptor);

    /// <summary>Reaps a child that has ended. From then on its process id may belong to another process.</summary>
    /// <remarks>
    /// .NET may have reaped the child first: as process 1, and where SIGCHLD was ignored when the server started, it reaps every child.
    /// </remarks>
    public static ProcessExit? Reap(int descriptor)
        => Wait(WaitForPidFd, descriptor, Exited | NoHang) ?? AwaitReaped(descriptor);
    /// <summary>Whether a child has ended that is not reaped yet.</summary>
    public static bool HasEndedChild() => Wait(WaitForAny, 0, Exited | NoHang | NoReap) is not null;

    /// <summary>Waits for a child on this thread, and reaps it.</summary>
    public static ProcessExit? ReapBlocking(int pid) => Wait(WaitForPid, pid, Exited);

    /// <summary>Reaps a child that has ended, without waiting.</summary>
    public static void ReapIfEnded(int pid) => Wait(WaitForPid, pid, Exited | NoHang);

    // Other code may be in the middle of reaping: the process is no zombie any more, and its descriptor does not tell its end yet.
    private static ProcessExit? AwaitReaped(int descriptor)
    {
        if (!TellsReaped)
            return null;
        for (int i = 0; i < MostReadings; i++)
        {
            if (ReadReaped(descriptor) is { } reaped)
                return reaped;
            Thread.Sleep(1);
        }

        return null;
    }

    // How a process ended that was reaped; null before Linux 6.15.
    private static ProcessExit? ReadReaped(int descriptor)
    {
        // struct pidfd_info has 64 bytes: the mask is the first of its eight longs, the wait status the upper half of the last.
        Span<ulong> answer = stackalloc ulong[8];
        answer.Clear();
        answer[0] = InfoExit;
        if (FileCalls.DeviceControl(descriptor, FileCalls.GetPidFdInfo, answer) != 0 || (answer[0] & InfoExit) == 0)
            return null;
        int status = (int)(answer[7] >> 32);
        int signal = status & 0x7F;
        return signal == 0 ? new((status >> 8) & 0xFF) : new(128 + signal, signal);
    }

    private static unsafe ProcessExit? Wait(nint kind, int number, nint options)
    {
        // siginfo_t: si_code is the third int, si_status the seventh. rusage begins with two times of seconds and microseconds. (The
        // peak memory follows; but for a small process it is what the server had when it forked.)
        int* info = stackalloc int[32];
        long* usage = stackalloc long[18];
        info[2] = 0;
        nint answer;
        do
            answer = ProcessCalls.SystemCall(WaitCall, kind, number, (nint)info, options, (nint)usage);
        while (answer != 0 && Marshal.GetLastPInvokeError() == FileCalls.Interrupted);
        if (answer != 0 || info[2] == 0)
            return null;
        var used = new ResourceUse(Milliseconds(usage[0], usage[1]), Milliseconds(usage[2], usage[3]));
        return info[2] == CodeExited ? new(info[6], null, used) : new(128 + info[6], info[6], used);
    }

    private static bool TryOne()
    {
        int descriptor = OperatingSystem.IsLinux() ? Open(Environment.ProcessId) : -1;
        if (descriptor < 0)
            return false;
        Close(descriptor);
        return true;
    }

    private static double Milliseconds(long seconds, long microseconds) => (seconds * 1000.0) + (microseconds / 1000.0);
}
