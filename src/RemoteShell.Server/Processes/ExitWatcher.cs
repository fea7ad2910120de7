using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace RemoteShell.Server.Processes;

/// <summary>Learns how processes end: by which signal, and with what use of the machine, which the framework's exit code does not tell.</summary>
/// <remarks>One thread waits for all of them, on Linux; elsewhere the framework is asked, and the status is not known.</remarks>
internal static partial class ExitWatcher
{
    private const int ControlAdd = 1;
    private const int ControlRemove = 2;
    private const int CloseOnExec = 0x80000;

    // EPOLLIN | EPOLLONESHOT
    private const uint ReadableOnce = 1 | (1u << 30);

    // struct epoll_event is packed on x86-64 only.
    private static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int DataOffset = EventSize - 8;

    // By a number that is never given twice. A handle's number is given again as soon as it is closed, while a child that was
    // forked meanwhile still has the closed handle for a moment and so keeps its events coming.
    private static readonly ConcurrentDictionary<long, Watch> Watched = new();
    private static readonly Lazy<int> Poll = new(StartPolling);
    private static long _lastNumber;

    /// <summary>Completes when the process, which somebody else collects, is gone; with null where nobody saw how.</summary>
    public static Task<ProcessExit?> WatchAsync(int pid)
        => Watch.Begin(pid, PidHandle.ReadExit) ?? WaitUnseenAsync(pid);

    /// <summary>Completes when the process, a child that the framework does not know, is gone and collected.</summary>
    public static async Task<ProcessExit> CollectAsync(int pid)
    {
        // Without a free descriptor a thread has to wait.
        Task<ProcessExit?> collected = Watch.Begin(pid, PidHandle.Collect)
            ?? Task.Factory.StartNew(() => PidHandle.CollectBlocking(pid), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return await collected ?? throw new InvalidOperationException($"process {pid} was collected by somebody else: how it ended is not known");
    }

    private static async Task<ProcessExit?> WaitUnseenAsync(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            await process.WaitForExitAsync();
        }
        catch (ArgumentException)
        {
            // Gone already.
        }

        return null;
    }

    private static int StartPolling()
    {
        // Where there is none, every watch falls back to waiting unseen.
        int poll = EpollCreate(CloseOnExec);
        if (poll >= 0)
            new Thread(() => WaitForever(poll)) { IsBackground = true, Name = "process exits" }.Start();
        return poll;
    }

    private static void WaitForever(int poll)
    {
        var events = new byte[64 * EventSize];
        while (true)
        {
            int count = EpollWait(poll, events, 64, -1);
            for (int i = 0; i < count; i++)
            {
                long number = MemoryMarshal.Read<long>(events.AsSpan((i * EventSize) + DataOffset));
                if (Watched.TryRemove(number, out Watch? watch))
                    watch.End(poll);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int EpollControl(int poll, int operation, int handle, Span<byte> request);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int EpollWait(int poll, byte[] events, int capacity, int timeout);

    private sealed class Watch(int handle, Func<int, ProcessExit?> ending)
    {
        private readonly TaskCompletionSource<ProcessExit?> _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);

        // Null where the system has no handle for it.
        public static Task<ProcessExit?>? Begin(int pid, Func<int, ProcessExit?> ending)
        {
            int handle = PidHandle.AreThere ? PidHandle.Open(pid) : -1;
            if (handle < 0)
                return null;
            long number = Interlocked.Increment(ref _lastNumber);
            var watch = new Watch(handle, ending);
            Watched[number] = watch;
            Span<byte> request = stackalloc byte[EventSize];
            MemoryMarshal.Write(request, ReadableOnce);
            MemoryMarshal.Write(request[DataOffset..], number);
            if (EpollControl(Poll.Value, ControlAdd, handle, request) == 0)
                return watch._gone.Task;
            Watched.TryRemove(number, out _);
            PidHandle.Close(handle);
            return null;
        }

        public void End(int poll)
        {
            ProcessExit? exit = ending(handle);
            _ = EpollControl(poll, ControlRemove, handle, stackalloc byte[EventSize]);
            PidHandle.Close(handle);
            _gone.SetResult(exit);
        }
    }
}
