using System.Buffers;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using RemoteShell.Cli.Client.Native;
using RemoteShell.Cli.Client.Streams;

namespace RemoteShell.Cli.Client.Terminals;

/// <summary>The keys for the remote program: standard input without the escapes.</summary>
/// <remarks>
/// Its own thread reads, also while the remote program does not read, so that it finds an escape behind a large paste.
/// It reads until the program ends or this is disposed; the next reader gets the keys from then on.
/// </remarks>
internal sealed class Keyboard : ReadOnlyStream
{
    // In bytes, more than a usual paste. At this limit reading pauses until the remote program reads.
    private const int MaxWaiting = 16 * 1024 * 1024;

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

    /// <param name="escapes">Finds the escapes.</param>
    /// <param name="wanted">Called for each escape.</param>
    /// <param name="before">Keys that were typed earlier; they come first.</param>
    public Keyboard(Escapes escapes, Action<Escape> wanted, ReadOnlyMemory<byte> before)
        => (_escapes, _wanted, _next) = (escapes, wanted, before);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_next.Length == 0)
        {
            if (!await _sorted.Reader.WaitToReadAsync(cancellationToken))
                return 0;
            _sorted.Reader.TryRead(out _next);
            if (Interlocked.Add(ref _waiting, -_next.Length) < MaxWaiting && _room.CurrentCount == 0)
                _room.Release();
        }

        int taken = Math.Min(_next.Length, buffer.Length);
        _next[..taken].CopyTo(buffer);
        _next = _next[taken..];
        return taken;
    }

    /// <summary>Starts to read standard input.</summary>
    public void Start()
        => _reading = Task.Factory.StartNew(ReadAll, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Stops reading. When this returns, it takes no more keys.</summary>
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
                var sent = new ArrayBufferWriter<byte>(count + Key.MaxLength);
                Escape escape = _escapes.Sort(_typed.AsSpan(0, count), sent);
                Interlocked.Add(ref _waiting, sent.WrittenCount);
                if (sent.WrittenCount > 0)
                    _sorted.Writer.TryWrite(sent.WrittenMemory);
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

    // False when this is disposed.
    private bool Wait()
    {
        while (Volatile.Read(ref _waiting) >= MaxWaiting && !_isOver)
            _room.Wait();
        Span<PollRequest> requests =
        [
            new() { Descriptor = LibC.StandardInput, Events = LibC.PollIn },
            new() { Descriptor = (int)_wake.ClientSafePipeHandle.DangerousGetHandle(), Events = LibC.PollIn },
        ];
        while (!_isOver)
        {
            if (LibC.Poll(requests, (nuint)requests.Length, -1) > 0 && requests[1].Results == 0)
                return true;
        }

        return false;
    }

    private int ReadTyped()
    {
        while (true)
        {
            nint count = LibC.Read(LibC.StandardInput, _typed, _typed.Length);
            if (count >= 0)
                return (int)count;
            if (Marshal.GetLastPInvokeError() != LibC.Interrupted)
                throw new IOException($"cannot read from the terminal: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }
}
