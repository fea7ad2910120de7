using System.Buffers;
using RemoteShell.Cli.Native;

namespace RemoteShell.Cli.Start;

/// <summary>The descriptors 0, 1 and 2, which the parent of this process may have closed.</summary>
/// <remarks>
/// The runtime opens descriptors before <c>Main</c>: with 0, 1 or 2 closed, these become its random numbers or its pipe for signals, and
/// the program would read or write those. A descriptor that survived exec(2) is never close-on-exec, and the runtime's always are.
/// </remarks>
internal static class StandardDescriptors
{
    private const int Count = 3;
    private const string Nowhere = "/dev/null";

    // The status of both programs for what cannot be done at all.
    private const int Failed = 255;

    // /dev/null in place of a descriptor that was closed: opened as nothing else opens it, so that it can be told from another /dev/null.
    private static int ModeOfClosed => DescriptorCalls.ReadWrite | DescriptorCalls.Append;

    /// <summary>Whether the parent of this process closed standard input, so that its end does not say that the data ended.</summary>
    public static bool IsInputClosed
    {
        get
        {
            if (OperatingSystem.IsWindows())
                return false;
            int mode = DescriptorCalls.Fcntl(0, DescriptorCalls.GetStatus, 0);
            bool isAsOpened = mode >= 0 && (mode & (DescriptorCalls.AccessMode | DescriptorCalls.Append)) == ModeOfClosed;
            // Of a terminal, others may have set the same mode.
            return isAsOpened && (OperatingSystem.IsLinux()
                ? new FileInfo("/proc/self/fd/0").LinkTarget == Nowhere
                : DescriptorCalls.IsTerminal(0) == 0);
        }
    }

    /// <summary>Opens what is closed on /dev/null, and starts this program again, once, since the runtime uses that descriptor.</summary>
    /// <remarks>Call it before anything else. If nothing is closed, it costs three system calls.</remarks>
    public static void EnsureOpen()
    {
        if (OperatingSystem.IsWindows() || AreInherited())
            return;
        // Read before the descriptors change, because the runtime may need them for that.
        string? program = OperatingSystem.IsLinux() ? "/proc/self/exe" : Environment.ProcessPath;
        byte[] words = Words();
        if (program is null || words.Length == 0)
            return;
        for (int descriptor = 0; descriptor < Count; descriptor++)
        {
            if (!IsInherited(descriptor) && !OpenNowhere(descriptor))
                return;
        }

        Execute(program, words);
        // The runtime must not go on without its descriptors.
        Environment.Exit(Failed);
    }

    /// <summary>Puts /dev/null in place of a descriptor, so that the other end of its pipe learns of the end. Not on Windows.</summary>
    public static void Release(int descriptor) => _ = OperatingSystem.IsWindows() || OpenNowhere(descriptor);

    private static bool AreInherited()
    {
        for (int descriptor = 0; descriptor < Count; descriptor++)
        {
            if (!IsInherited(descriptor))
                return false;
        }

        return true;
    }

    private static bool IsInherited(int descriptor)
    {
        int flags = DescriptorCalls.Fcntl(descriptor, DescriptorCalls.GetFlags, 0);
        return flags >= 0 && (flags & DescriptorCalls.CloseOnExec) == 0;
    }

    private static bool OpenNowhere(int descriptor)
    {
        int opened = DescriptorCalls.Open(Nowhere, ModeOfClosed);
        if (opened < 0 || opened == descriptor)
            return opened >= 0;
        bool isDone = DescriptorCalls.Duplicate(opened, descriptor) >= 0;
        _ = DescriptorCalls.Close(opened);
        return isDone;
    }

    // The arguments as the parent gave them, each with its closing 0: a string would change what is not UTF-8.
    private static byte[] Words()
    {
        if (OperatingSystem.IsLinux())
        {
            try
            {
                return File.ReadAllBytes("/proc/self/cmdline");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return [];
            }
        }

        return System.Text.Encoding.UTF8.GetBytes(string.Concat(Environment.GetCommandLineArgs().Select(word => $"{word}\0")));
    }

    private static unsafe void Execute(string program, byte[] words)
    {
        using MemoryHandle pinned = words.AsMemory().Pin();
        List<nint> pointers = [];
        int start = 0;
        for (int i = 0; i < words.Length; i++)
        {
            if (words[i] != 0)
                continue;
            pointers.Add((nint)pinned.Pointer + start);
            start = i + 1;
        }

        pointers.Add(0);
        _ = DescriptorCalls.Execute(program, pointers.ToArray());
    }
}
