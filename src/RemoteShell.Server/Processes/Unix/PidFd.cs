using System.Runtime.InteropServices;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Server.Processes.Unix;

/// <summary>Linux's handle of a process (pidfd_open(2)): becomes readable when the process ends, and never means another one.</summary>
internal static partial class PidFd
{
    // Numbers and layouts are those of the two processors that are asked for.
    private const nint PidOpenCall = 434;

    // <linux/wait.h>, <linux/pidfd.h>
    private const nint WaitForPid = 1, WaitForHandle = 3;
    private const nint Exited = 4, NoHang = 1, NoWait = 0x01000000;
    private const int CodeExited = 1;
    private const int Interrupted = 4;
    private const ulong InfoExit = 1 << 3;
    private const uint GetInfo = 0xC040FF0B;

    private static readonly nint WaitCall = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 247 : 95;

    /// <summary>Whether this system has them.</summary>
    public static bool AreThere { get; } = TryOne();

    /// <summary>The handle, or a negative number where the system has none or the process is gone.</summary>
    public static int Open(int pid)
        => RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64 ? (int)SystemCall(PidOpenCall, pid, 0, 0, 0, 0) : -1;

    public static void Close(int handle) => _ = CloseHandle(handle);

    /// <summary>How the process ended; null where the system does not tell.</summary>
    /// <remarks>
    /// The framework collects the process at the same moment. Before it has, wait(2) can look without collecting; after it
    /// has, Linux 6.15 and later still answer through the handle.
    /// </remarks>
    public static unsafe ProcessExit? ReadExit(int handle)
    {
        if (Wait(WaitForHandle, handle, Exited | NoHang | NoWait) is { } exit)
            return exit;

        // struct pidfd_info: the mask is the first of 64 bytes' eight longs, the wait status their last half.
        ulong* answer = stackalloc ulong[8];
        new Span<ulong>(answer, 8).Clear();
        answer[0] = InfoExit;
        if (Control(handle, GetInfo, answer) != 0 || (answer[0] & InfoExit) == 0)
            return null;
        int status = (int)(answer[7] >> 32);
        int signal = status & 0x7F;
        return signal == 0 ? new((status >> 8) & 0xFF) : new(128 + signal, signal);
    }

    /// <summary>Collects an own child that has ended: its number may be another's from then on.</summary>
    public static ProcessExit? Collect(int handle) => Wait(WaitForHandle, handle, Exited | NoHang);

    /// <summary>Waits for an own child on this thread, and collects it.</summary>
    public static ProcessExit? CollectBlocking(int pid) => Wait(WaitForPid, pid, Exited);

    private static unsafe ProcessExit? Wait(nint kind, int number, nint options)
    {
        // siginfo_t: si_code is the third int, si_status the seventh. rusage begins with two times of seconds and microseconds. (The most memory follows, but that of
        // a small process is what the server had when it was forked.)
        int* info = stackalloc int[32];
        long* usage = stackalloc long[18];
        info[2] = 0;
        nint answer;
        do
            answer = SystemCall(WaitCall, kind, number, (nint)info, options, (nint)usage);
        while (answer != 0 && Marshal.GetLastPInvokeError() == Interrupted);
        if (answer != 0 || info[2] == 0)
            return null;
        var used = new ResourceUse(Milliseconds(usage[0], usage[1]), Milliseconds(usage[2], usage[3]));
        return info[2] == CodeExited ? new(info[6], null, used) : new(128 + info[6], info[6], used);
    }

    private static bool TryOne()
    {
        int handle = OperatingSystem.IsLinux() ? Open(Environment.ProcessId) : -1;
        if (handle < 0)
            return false;
        Close(handle);
        return true;
    }

    private static double Milliseconds(long seconds, long microseconds) => (seconds * 1000.0) + (microseconds / 1000.0);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint a, nint b, nint c, nint d, nint e);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static unsafe partial int Control(int handle, nuint request, ulong* answer);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseHandle(int handle);
}
