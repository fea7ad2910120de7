using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using RemoteShell.Cli.Client.Streams;

namespace RemoteShell.Cli.Client.Terminals;

/// <summary>What is typed for the remote program: standard input without the escapes, which are told.</summary>
/// <remarks>A thread of its own reads, also while the remote program does not: an escape must be found behind whatever was pasted. It reads until the end, and what is typed from then on is for somebody else.</remarks>
internal sealed partial class Keyboard : ReadOnlyStream
{
    private const int StandardInput = 0;
    private const short Readable = 1;
    private const int Interrupted = 4;

    // More than anybody pastes; beyond it nothing is read until the remote program does.
    private const int MostWaiting = 16 * 1024 * 1024;

    private readonly Escapes _escapes;
    private readonly Action<Escape> _wanted;
    private readonly byte[] _typed = new byte[4096];
    private readonly AnonymousPipeServerStream _wake = new(PipeDirection.Out);
    private readonly Channel<ReadOnlyMemory<byte>> _sorted = Channel.CreateUnbounded<ReadOnlyMemory<byte>>();
    private readonly SemaphoreSlim _room = new(0);
    private Task _reading = Task.CompletedTask;
    private ReadOnlyMemory<byte> _next;
    private int _waiting;
    private volatile bool _isOver;

    /// <param name="escapes">What is for this program.</param>
    /// <param name="wanted">Is told of it.</param>
    /// <param name="before">What was typed already, and comes first.</param>
    public Keyboard(Escapes escapes, Action<Escape> wanted, ReadOnlyMemory<byte> before)
        => (_escapes, _wanted, _next) = (escapes, wanted, before);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_next.Length == 0)
        {
            if (!await _sorted.Reader.WaitToReadAsync(cancellationToken))
                return 0;
            _sorted.Reader.TryRead(out _next);
            if (Interlocked.Add(ref _waiting, -_next.Length) < MostWaiting && _room.CurrentCount == 0)
                _room.Release();
        }

        int taken = Math.Min(_next.Length, buffer.Length);
        _next[..taken].CopyTo(buffer);
        _next = _next[taken..];
        return taken;
    }

    /// <summary>Begins to read: before, nothing that is typed is taken.</summary>
    public void Start() => _reading = Task.Factory.StartNew(ReadAll, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Reads no more: when this returns nothing that is typed is taken.</summary>
    public override async ValueTask DisposeAsync()
    {
        _isOver = true;
        _wake.WriteByte(0);
        _room.Release();
        await _reading;
        await _wake.DisposeAsync();
        _room.Dispose();
        await base.DisposeAsync();
    }

    private void ReadAll()
    {
        try
        {
            while (Wait() && ReadTyped() is > 0 and int count)
            {
                var sent = new byte[count + _escapes.Held];
                Escape escape = _escapes.Sort(_typed.AsSpan(0, count), sent, out int length);
                Interlocked.Add(ref _waiting, length);
                if (length > 0)
                    _sorted.Writer.TryWrite(sent.AsMemory(0, length));
                if (escape != Escape.None)
                    _wanted(escape);
            }

            if (!_isOver)
                _sorted.Writer.Complete();
        }
        catch (IOException e)
        {
            _sorted.Writer.Complete(e);
        }
    }

    // False when it is over.
    private bool Wait()
    {
        while (Volatile.Read(ref _waiting) >= MostWaiting && !_isOver)
            _room.Wait();
        Span<PollRequest> requests = [new() { Descriptor = StandardInput, Events = Readable }, new() { Descriptor = (int)_wake.ClientSafePipeHandle.DangerousGetHandle(), Events = Readable }];
        while (!_isOver)
            if (Poll(requests, (nuint)requests.Length, -1) > 0 && requests[1].Results == 0)
                return true;
        return false;
    }

    private int ReadTyped()
    {
        while (true)
        {
            nint count = Read(StandardInput, _typed, _typed.Length);
            if (count >= 0)
                return (int)count;
            if (Marshal.GetLastPInvokeError() != Interrupted)
                throw new IOException($"the terminal cannot be read: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(Span<PollRequest> requests, nuint count, int timeout);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(int descriptor, Span<byte> buffer, nint count);

    private struct PollRequest
    {
        public int Descriptor;
        public short Events;
        public short Results;
    }
}
