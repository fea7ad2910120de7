using System.Runtime.InteropServices;
using RemoteShell.Cli.Client.Native;
using RemoteShell.Cli.Native;

namespace RemoteShell.Cli.Client.Streams;

/// <summary>Standard input, output and error as raw bytes.</summary>
/// <remarks>
/// Uses write(2). The framework's console stream reports success on a closed pipe, so that a command would run without a reader.
/// Its file stream writes at its own positions, and so overwrites what other programs append to the same file.
/// </remarks>
internal sealed class StandardStreams : WriteOnlyStream
{
    // The default size of a pipe is 64 KiB.
    private const int OneMebibyte = 1024 * 1024;

    private readonly int _descriptor;

    private StandardStreams(int descriptor) => _descriptor = descriptor;

    public static Stream Input
    {
        get
        {
            EnlargePipe(LibC.StandardInput);
            return OperatingSystem.IsWindows() ? Console.OpenStandardInput() : new StandardInput();
        }
    }

    public static Stream Output
    {
        get
        {
            EnlargePipe(LibC.StandardOutput);
            return OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : new StandardStreams(LibC.StandardOutput);
        }
    }

    public static Stream Error
        => OperatingSystem.IsWindows() ? Console.OpenStandardError() : new StandardStreams(LibC.StandardError);

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            nint written = LibC.Write(_descriptor, buffer, buffer.Length);
            if (written >= 0)
                buffer = buffer[(int)written..];
            else
                Recover(Marshal.GetLastPInvokeError());
        }
    }

    // Does nothing if it is not a pipe, or if the system refuses.
    private static void EnlargePipe(int descriptor)
    {
        if (OperatingSystem.IsLinux())
            _ = DescriptorCalls.Fcntl(descriptor, DescriptorCalls.SetPipeSize, OneMebibyte);
    }

    private void Recover(int error)
    {
        if (error == LibC.BrokenPipe)
            throw new BrokenOutputException();
        if (error == LibC.TryAgain)
        {
            // Another program made the terminal non-blocking: wait until it takes more.
            Span<PollRequest> requests = [new() { Descriptor = _descriptor, Events = LibC.PollOut }];
            _ = LibC.Poll(requests, 1, -1);
        }
        else if (error != LibC.Interrupted)
        {
            string name = _descriptor == LibC.StandardOutput ? "output" : "error";
            throw new IOException($"cannot write to standard {name}: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }
}
