using System.Runtime.InteropServices;
using RemoteShell.Server.Processes.Launchers;

namespace RemoteShell.Server.Processes.Unix;

/// <summary>Starts a program by posix_spawn(3), which makes it the leader of a session and group of its own before it is executed: no program in between, and no moment at which a signal to the group would be lost.</summary>
/// <remarks>Linux only: the numbers are glibc's and musl's, and what is started has to be collected by <see cref="ProcessExitWatcher"/>.</remarks>
internal static unsafe partial class PosixSpawn
{
    // <spawn.h>
    private const short DefaultSignals = 4, SignalMask = 8, NewSession = 0x80;
    private const int ReadWrite = 2;

    // More than any libc's posix_spawnattr_t (336 bytes) and posix_spawn_file_actions_t (80).
    private const int Room = 512;
    private const int SignalSetSize = 128;

    private static readonly Lazy<bool> Available = new(() => OperatingSystem.IsLinux() && PidFd.AreThere
        && NativeLibrary.TryLoad("libc", typeof(PosixSpawn).Assembly, null, out nint libc) && NativeLibrary.TryGetExport(libc, "posix_spawn_file_actions_addchdir_np", out _));

    /// <summary>Whether this system can do it.</summary>
    public static bool IsAvailable => Available.Value;

    /// <summary>Starts the program on three pipes.</summary>
    /// <exception cref="ProcessStartException">There is no process: nothing ran.</exception>
    public static int OnPipes(ProcessSpec specification, ChildPipe input, ChildPipe output, ChildPipe error)
    {
        byte* actions = stackalloc byte[Room];
        Prepare(actions, specification);
        _ = AddDuplicate(actions, input.ChildEnd, 0);
        _ = AddDuplicate(actions, output.ChildEnd, 1);
        _ = AddDuplicate(actions, error.ChildEnd, 2);
        return Start(actions, specification);
    }

    /// <summary>Starts the program on a terminal, which becomes its controlling one since a leader without one opens it.</summary>
    /// <exception cref="ProcessStartException">There is no process: nothing ran.</exception>
    public static int OnTerminal(ProcessSpec specification, string terminal)
    {
        byte* actions = stackalloc byte[Room];
        Prepare(actions, specification);
        _ = AddOpen(actions, 0, terminal, ReadWrite, 0);
        _ = AddDuplicate(actions, 0, 1);
        _ = AddDuplicate(actions, 0, 2);
        return Start(actions, specification);
    }

    private static void Prepare(byte* actions, ProcessSpec specification)
    {
        _ = InitializeActions(actions);
        _ = AddFolder(actions, specification.WorkingDirectory);
    }

    private static int Start(byte* actions, ProcessSpec specification)
    {
        byte* attributes = stackalloc byte[Room];
        byte* signals = stackalloc byte[SignalSetSize];
        _ = InitializeAttributes(attributes);
        new Span<byte>(signals, SignalSetSize).Fill(0xFF);
        _ = SetDefaultSignals(attributes, signals);
        new Span<byte>(signals, SignalSetSize).Clear();
        _ = SetSignalMask(attributes, signals);
        _ = SetFlags(attributes, DefaultSignals | SignalMask | NewSession);

        using var arguments = new NativeStrings([specification.Program, .. specification.Arguments]);
        using var environment = new NativeStrings([.. specification.Environment.Select(variable => $"{variable.Key}={variable.Value}")]);
        int error = Start(out int pid, specification.Program, actions, attributes, arguments.Pointer, environment.Pointer);
        _ = DestroyAttributes(attributes);
        _ = DestroyActions(actions);
        return error == 0 ? pid : throw new ProcessStartException(126, $"{specification.Program}, in {specification.WorkingDirectory}: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Start(out int pid, string path, byte* actions, byte* attributes, nint arguments, nint environment);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static partial int InitializeActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static partial int DestroyActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static partial int AddDuplicate(byte* actions, int descriptor, int wanted);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AddOpen(byte* actions, int wanted, string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addchdir_np", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AddFolder(byte* actions, string path);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static partial int InitializeAttributes(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    private static partial int DestroyAttributes(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static partial int SetFlags(byte* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    private static partial int SetDefaultSignals(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    private static partial int SetSignalMask(byte* attributes, byte* signals);
}
