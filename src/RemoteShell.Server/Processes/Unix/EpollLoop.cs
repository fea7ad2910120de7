using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace RemoteShell.Server.Processes.Unix;

/// <summary>Tells when a descriptor that the framework cannot wait for can be read or written: of a process, of a terminal. One thread waits for all of them, on Linux.</summary>
internal static partial class EpollLoop
{
    // <sys/epoll.h>
    public const uint Readable = 1, Writable = 4;
    private const uint Once = 1u << 30;
    private const int ControlAdd = 1, ControlRemove = 2;
    private const int CloseOnExec = 0x80000;

    // struct epoll_event is packed on x86-64 only.
    private static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int DataOffset = EventSize - 8;

    // By a number that is never given twice. A handle's number is given again as soon as it is closed, while a child that was
    // forked meanwhile still has the closed handle for a moment and so keeps its events coming.
    private static readonly ConcurrentDictionary<long, Waiting> Watched = new();
    private static readonly Lazy<int> Poll = new(StartPolling);
    private static long _lastNumber;

    /// <summary>Calls <paramref name="ready"/> once, on the thread that waits for all, when the descriptor is ready or broken; false where the system cannot wait for it.</summary>
    /// <param name="descriptor">It stays open until then, or until <paramref name="number"/> is given to <see cref="Forget"/>. It is waited for once at a time.</param>
    /// <param name="events"><see cref="Readable"/> or <see cref="Writable"/>.</param>
    /// <param name="ready">Must not wait.</param>
    /// <param name="number">The name of this wait.</param>
    public static bool TryWatch(int descriptor, uint events, Action ready, out long number)
    {
        number = Interlocked.Increment(ref _lastNumber);
        Watched[number] = new(descriptor, ready);
        Span<byte> request = stackalloc byte[EventSize];
        MemoryMarshal.Write(request, events | Once);
        MemoryMarshal.Write(request[DataOffset..], number);
        if (EpollControl(Poll.Value, ControlAdd, descriptor, request) == 0)
            return true;
        Watched.TryRemove(number, out _);
        return false;
    }

    /// <summary>Waits no more; false where the call was made or is about to be.</summary>
    public static bool Forget(long number)
    {
        if (!Watched.TryRemove(number, out Waiting? waiting))
            return false;
        Remove(waiting);
        return true;
    }

    private static void Remove(Waiting waiting) => _ = EpollControl(Poll.Value, ControlRemove, waiting.Descriptor, stackalloc byte[EventSize]);

    private static int StartPolling()
    {
        // Where there is none, nothing can be watched.
        int poll = EpollCreate(CloseOnExec);
        if (poll >= 0)
            new Thread(() => WaitForever(poll)) { IsBackground = true, Name = "readiness" }.Start();
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
                if (!Watched.TryRemove(number, out Waiting? waiting))
                    continue;
                Remove(waiting);
                waiting.Ready();
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int EpollControl(int poll, int operation, int handle, Span<byte> request);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int EpollWait(int poll, byte[] events, int capacity, int timeout);

    private sealed record Waiting(int Descriptor, Action Ready);
}
