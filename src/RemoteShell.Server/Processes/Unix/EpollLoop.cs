using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using RemoteShell.Server.Native;

namespace RemoteShell.Server.Processes.Unix;

/// <summary>Waits until a descriptor can be read or written that .NET cannot wait for: a process's or a terminal's. Linux only.</summary>
/// <remarks>One background thread waits for all descriptors.</remarks>
internal static class EpollLoop
{
    // <sys/epoll.h>
    public const uint Readable = 1, Writable = 4;
    private const uint Once = 1u << 30;
    private const int ControlAdd = 1, ControlRemove = 2;

    // struct epoll_event is packed on x86-64 only.
    private static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int DataOffset = EventSize - 8;

    // The key is a number that is never used twice. The system uses a descriptor again as soon as it is closed; but a child that was
    // forked meanwhile still has the closed one for a moment, so events of that one still arrive.
    private static readonly ConcurrentDictionary<long, Waiting> Watched = new();
    private static readonly Lazy<int> Poll = new(StartPolling);
    private static long _lastNumber;

    /// <summary>Starts the thread now: when it is needed, the system may have no thread left.</summary>
    public static void Start()
    {
        if (OperatingSystem.IsLinux())
            _ = Poll.Value;
    }

    /// <summary>Calls <paramref name="ready"/> once, when the descriptor is ready or broken; false if it cannot be watched.</summary>
    /// <param name="descriptor">Must stay open until the call, or until <see cref="TryForget"/>. One wait for it at a time.</param>
    /// <param name="events"><see cref="Readable"/> or <see cref="Writable"/>.</param>
    /// <param name="ready">Runs on the thread that waits for all, so it must not block.</param>
    /// <param name="number">Identifies this wait, for <see cref="TryForget"/>.</param>
    public static bool TryWatch(int descriptor, uint events, Action ready, out long number)
    {
        number = Interlocked.Increment(ref _lastNumber);
        Watched[number] = new(descriptor, ready);
        Span<byte> request = stackalloc byte[EventSize];
        MemoryMarshal.Write(request, events | Once);
        MemoryMarshal.Write(request[DataOffset..], number);
        if (EpollCalls.Control(Poll.Value, ControlAdd, descriptor, request) == 0)
            return true;
        Watched.TryRemove(number, out _);
        return false;
    }

    /// <summary>Stops waiting; false if the call was made or is about to be made.</summary>
    public static bool TryForget(long number)
    {
        if (!Watched.TryRemove(number, out Waiting? waiting))
            return false;
        Remove(waiting);
        return true;
    }

    private static void Remove(Waiting waiting)
        => _ = EpollCalls.Control(Poll.Value, ControlRemove, waiting.Descriptor, stackalloc byte[EventSize]);

    private static int StartPolling()
    {
        // A negative number if the system has no epoll; then nothing can be watched.
        int poll = EpollCalls.Create(FileCalls.CloseOnExec);
        if (poll >= 0)
            new Thread(() => WaitForever(poll)) { IsBackground = true, Name = "readiness" }.Start();
        return poll;
    }

    private static void WaitForever(int poll)
    {
        var events = new byte[64 * EventSize];
        while (true)
        {
            int count = EpollCalls.Wait(poll, events, 64, -1);
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

    private sealed record Waiting(int Descriptor, Action Ready);
}
