using System.Diagnostics;
using System.IO.Pipes;
using RemoteShell.Server.Native;

namespace RemoteShell.Server.Processes;

/// <summary>Reads an output pipe to its end.</summary>
/// <remarks>Stops some time after the process's exit if another process still holds the pipe open.</remarks>
/// <param name="grace">How long to wait for the end of the pipe after the process has exited.</param>
/// <param name="room">Returns memory to read into, once there is any.</param>
/// <param name="filled">Receives the number of bytes that were read into that memory.</param>
internal sealed class PipeDrain(TimeSpan grace, Func<ValueTask<Memory<byte>>> room, Action<int> filled)
{
    // How many graces to wait, at most, for other commands that are just being started.
    private const int MostGraces = 20;

    /// <summary>Whether another process held the pipe open when reading stopped; what is written to the pipe later is lost.</summary>
    public bool WasHeld { get; private set; }

    /// <summary>Reads to the end of the pipe. After <paramref name="gone"/>, reads what is in the pipe, and then for the grace.</summary>
    /// <remarks>
    /// When the process exits, everything that it wrote is in the pipe. That many bytes are read without a time limit, however slow the
    /// reader is.
    /// </remarks>
    public async Task ReadAllAsync(Stream pipe, CancellationToken gone)
    {
        // Children that were forked up to now may have a copy of the pipe until they execute their program. Later ones have none: the
        // server has closed its own copy.
        long lastStart = ChildProcesses.LastStart;
        if (await TryReadToEndAsync(pipe, gone))
            return;

        for (int waiting = Available(pipe); waiting > 0;)
        {
            Memory<byte> memory = await room();
            memory = memory[..Math.Min(memory.Length, waiting)];
            waiting -= memory.Length;
            if (!await ReadFullyAsync(pipe, memory))
                return;
        }

        for (int graces = 1; !await TryReadWithinGraceAsync(pipe); graces++)
        {
            // On a busy machine the grace may pass before the reader learns of the end.
            if (IsHungUp(pipe))
            {
                await TryReadToEndAsync(pipe, CancellationToken.None);
                return;
            }

            if (graces >= MostGraces || !ChildProcesses.IsStarting(lastStart))
            {
                WasHeld = true;
                return;
            }
        }
    }

    private async Task<bool> TryReadWithinGraceAsync(Stream pipe)
    {
        using var time = new CancellationTokenSource();
        try
        {
            // The clock starts after the first read has begun: a pipe that no process holds open ends at once, whatever the grace is.
            Task<bool> read = ReadAsync(pipe, await room(), time.Token).AsTask();
            time.CancelAfter(grace);
            while (await read)
                read = ReadAsync(pipe, await room(), time.Token).AsTask();
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    // False if the process was gone before the pipe ended.
    private async Task<bool> TryReadToEndAsync(Stream pipe, CancellationToken gone)
    {
        try
        {
            var pace = new OutputPace();
            var over = new SemaphoreSlim(0);
            while (true)
            {
                Memory<byte> memory = await room();
                long start = Stopwatch.GetTimestamp();
                int read = await pipe.ReadAsync(memory, gone);
                TimeSpan waited = Stopwatch.GetElapsedTime(start);
                filled(read);
                if (read == 0)
                    return true;
                if (pace.Add(read, waited))
                    await ShortPauses.WaitAsync(over, gone);
            }
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            return false;
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

    private static int Available(Stream pipe)
    {
        if (pipe is IReadableBytes readable)
            return readable.Available;
        if (OperatingSystem.IsWindows() || pipe is not PipeStream stream)
            return 0;
        return FileCalls.DeviceControl(stream.SafePipeHandle, FileCalls.BytesReadable, out int count) == 0 ? count : 0;
    }

    private static bool IsHungUp(Stream pipe) => pipe switch
    {
        IReadableBytes readable => readable.IsHungUp,
        PipeStream stream when !OperatingSystem.IsWindows() => FileCalls.IsHungUp(stream.SafePipeHandle),
        _ => false,
    };
}
