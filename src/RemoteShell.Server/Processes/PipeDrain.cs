using System.IO.Pipes;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using RemoteShell.Server.Processes.Terminals;

namespace RemoteShell.Server.Processes;

/// <summary>Reads an output pipe to its end, but does not wait for those who only hold it open once the process itself is gone.</summary>
/// <param name="grace">How long they are waited for all the same.</param>
/// <param name="room">Gives memory to read into, as soon as there is any.</param>
/// <param name="filled">Told how much of it was filled.</param>
internal sealed partial class PipeDrain(TimeSpan grace, Func<ValueTask<Memory<byte>>> room, Action<int> filled)
{
    // <asm-generic/ioctls.h>, <sys/filio.h>
    private static readonly nuint BytesWaiting = OperatingSystem.IsMacOS() ? 0x4004667Fu : 0x541Bu;

    /// <summary>Whether somebody still held the pipe when reading stopped; what is written to it from then on goes nowhere.</summary>
    public bool WasHeld { get; private set; }

    /// <summary>Reads to the pipe's end, or, once <paramref name="gone"/> says that the process has exited, what is in the pipe and then for the grace.</summary>
    /// <remarks>Everything that the process wrote is in the pipe when it exits, so that much is read without looking at the time, however slow the reader.</remarks>
    public async Task ReadAllAsync(Stream pipe, CancellationToken gone)
    {
        try
        {
            while (await ReadAsync(pipe, await room(), gone))
            {
            }

            return;
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            // What follows is for a process that is gone.
        }

        for (int waiting = Waiting(pipe); waiting > 0;)
        {
            Memory<byte> memory = await room();
            memory = memory[..Math.Min(memory.Length, waiting)];
            waiting -= memory.Length;
            if (!await ReadFullyAsync(pipe, memory))
                return;
        }

        using var time = new CancellationTokenSource();
        try
        {
            // The clock starts behind the first read: a pipe that nobody holds says so at once, and must be heard.
            Task<bool> read = ReadAsync(pipe, await room(), time.Token).AsTask();
            time.CancelAfter(grace);
            while (await read)
                read = ReadAsync(pipe, await room(), time.Token).AsTask();
        }
        catch (OperationCanceledException)
        {
            WasHeld = true;
        }
    }

    private async ValueTask<bool> ReadFullyAsync(Stream pipe, Memory<byte> memory)
    {
        int read = await pipe.ReadAtLeastAsync(memory, memory.Length, throwOnEndOfStream: false, CancellationToken.None);
        filled(read);
        return read == memory.Length;
    }

    private async ValueTask<bool> ReadAsync(Stream pipe, Memory<byte> memory, CancellationToken cancellationToken)
    {
        int read = await pipe.ReadAsync(memory, cancellationToken);
        filled(read);
        return read > 0;
    }

    private static int Waiting(Stream pipe) => pipe switch
    {
        TerminalStream terminal => terminal.Waiting,
        PipeStream stream when !OperatingSystem.IsWindows() && Control(stream.SafePipeHandle, BytesWaiting, out int count) == 0 => count,
        _ => 0,
    };

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int Control(SafePipeHandle pipe, nuint request, out int count);
}
