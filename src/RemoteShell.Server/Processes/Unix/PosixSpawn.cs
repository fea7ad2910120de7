using System.Runtime.InteropServices;
using RemoteShell.Server.Native;

namespace RemoteShell.Server.Processes.Unix;

/// <summary>Starts a program by posix_spawn(3), as the leader of a session and process group of its own. Linux only.</summary>
/// <remarks>
/// The system makes it the leader before it executes the program. So no other program runs in between, and there is no moment at which a
/// signal to the group is lost. The numbers are glibc's and musl's. <see cref="ProcessExitWatcher"/> must reap the process.
/// </remarks>
internal static unsafe class PosixSpawn
{
    // <spawn.h>
    private const short DefaultSignals = 4, SignalMask = 8, NewSession = 0x80;

    // More bytes than posix_spawnattr_t (336) and posix_spawn_file_actions_t (80) have in any C library.
    private const int StructSize = 512;
    private const int SignalSetSize = 128;

    private static readonly Lazy<bool> Available = new(() => OperatingSystem.IsLinux() && PidFd.IsSupported
        && NativeLibrary.TryLoad("libc", typeof(PosixSpawn).Assembly, null, out nint libc)
        && NativeLibrary.TryGetExport(libc, "posix_spawn_file_actions_addchdir_np", out _));

    // glibc has it since 2.34. Without it, close-on-exec alone keeps the server's descriptors from the process.
    private static readonly Lazy<bool> CanCloseFrom = new(() =>
        NativeLibrary.TryLoad("libc", typeof(PosixSpawn).Assembly, null, out nint libc)
        && NativeLibrary.TryGetExport(libc, "posix_spawn_file_actions_addclosefrom_np", out _));

    /// <summary>Whether this system has what is needed.</summary>
    public static bool IsAvailable => Available.Value;

    /// <summary>Starts the program on three descriptors, and returns its process id.</summary>
    /// <exception cref="ProcessStartException">The process cannot be started; nothing ran.</exception>
    public static int OnPipes(ProcessSpec spec, int input, int output, int error)
    {
        byte* actions = stackalloc byte[StructSize];
        Prepare(actions, spec);
        _ = SpawnCalls.AddDuplicate(actions, input, 0);
        _ = SpawnCalls.AddDuplicate(actions, output, 1);
        _ = SpawnCalls.AddDuplicate(actions, error, 2);
        return Start(actions, spec);
    }

    /// <summary>Starts the program on a terminal, and returns its process id.</summary>
    /// <remarks>The terminal becomes the controlling one: a session leader without one opens it.</remarks>
    /// <exception cref="ProcessStartException">The process cannot be started; nothing ran.</exception>
    public static int OnTerminal(ProcessSpec spec, string terminal)
    {
        byte* actions = stackalloc byte[StructSize];
        Prepare(actions, spec);
        _ = SpawnCalls.AddOpen(actions, 0, terminal, FileCalls.ReadWrite, 0);
        _ = SpawnCalls.AddDuplicate(actions, 0, 1);
        _ = SpawnCalls.AddDuplicate(actions, 0, 2);
        return Start(actions, spec);
    }

    private static void Prepare(byte* actions, ProcessSpec spec)
    {
        _ = SpawnCalls.InitializeActions(actions);
        _ = SpawnCalls.AddWorkingDirectory(actions, spec.WorkingDirectory);
    }

    private static int Start(byte* actions, ProcessSpec spec)
    {
        if (CanCloseFrom.Value)
            _ = SpawnCalls.AddCloseFrom(actions, 3);
        byte* attributes = stackalloc byte[StructSize];
        byte* signals = stackalloc byte[SignalSetSize];
        _ = SpawnCalls.InitializeAttributes(attributes);
        new Span<byte>(signals, SignalSetSize).Fill(0xFF);
        _ = SpawnCalls.SetDefaultSignals(attributes, signals);
        new Span<byte>(signals, SignalSetSize).Clear();
        _ = SpawnCalls.SetSignalMask(attributes, signals);
        _ = SpawnCalls.SetFlags(attributes, DefaultSignals | SignalMask | NewSession);

        using var arguments = new NativeStrings([spec.Program, .. spec.Arguments]);
        using var environment = new NativeStrings([.. spec.Environment.Select(variable => $"{variable.Key}={variable.Value}")]);
        nint argumentList = arguments.Pointer, variableList = environment.Pointer;
        (int error, int pid) = ChildProcesses.Start(
            () => (SpawnCalls.Spawn(out int started, spec.Program, actions, attributes, argumentList, variableList), started),
            child => child.Item1 == 0 ? child.Item2 : null);
        _ = SpawnCalls.DestroyAttributes(attributes);
        _ = SpawnCalls.DestroyActions(actions);
        if (error == 0)
            return pid;
        throw new ProcessStartException(126, $"{spec.Program}, in {spec.WorkingDirectory}: {Marshal.GetPInvokeErrorMessage(error)}");
    }
}
