using System.Runtime.InteropServices;

namespace RemoteShell.Cli.Client.Streams;

/// <summary>Standard output and error as raw bytes.</summary>
/// <remarks>
/// The framework's console stream takes a closed pipe for success, so that a command would run for nobody; its file stream
/// writes at positions of its own, and so over what others append to the same file. Hence write(2).
/// </remarks>
internal sealed partial class StandardStreams : WriteOnlyStream
{
    private const int BrokenPipe = 32;
    private const int Interrupted = 4;
    private const short PollOut = 4;

    // <linux/fcntl.h>; a pipe holds 64 KiB unless somebody asks for more.
    private const int SetPipeSize = 1031;
    private const int OneMebibyte = 1024 * 1024;

    private static readonly int TryAgain = OperatingSystem.IsMacOS() ? 35 : 11;
    private readonly int _descriptor;

    private StandardStreams(int descriptor) => _descriptor = descriptor;

    public static Stream Input
    {
        get
        {
            EnlargePipe(0);
            return Console.OpenStandardInput();
        }
    }

    public static Stream Output
    {
        get
        {
            EnlargePipe(1);
            return OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : new StandardStreams(1);
        }
    }

    public static Stream Error => OperatingSystem.IsWindows() ? Console.OpenStandardError() : new StandardStreams(2);

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            nint written = WriteBytes(_descriptor, buffer, buffer.Length);
            if (written >= 0)
                buffer = buffer[(int)written..];
            else
                Recover(Marshal.GetLastPInvokeError());
        }
    }

    // Where it is no pipe, or the system says no, it stays as it is.
    private static void EnlargePipe(int descriptor)
    {
        if (OperatingSystem.IsLinux())
            _ = Control(descriptor, SetPipeSize, OneMebibyte);
    }

    private void Recover(int error)
    {
        if (error == BrokenPipe)
            throw new BrokenOutputException();
        if (error == TryAgain)
        {
            // Somebody made the terminal non-blocking; wait until it takes more.
            var poll = new PollRequest { Descriptor = _descriptor, Events = PollOut };
            _ = Poll(ref poll, 1, -1);
        }
        else if (error != Interrupted)
        {
            throw new IOException($"cannot write to standard {(_descriptor == 1 ? "output" : "error")}: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteBytes(int descriptor, ReadOnlySpan<byte> buffer, nint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollRequest request, nuint count, int timeout);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command, nint argument);

    private struct PollRequest
    {
        public int Descriptor;
        public short Events;
        public short Results;
    }
}
