using System.IO.Pipes;
using System.Runtime.InteropServices;

namespace RemoteShell.Cli.Client.Terminals;

/// <summary>What is typed for the remote program: standard input without the escapes, which are told.</summary>
/// <remarks>Reading blocks a thread, and ends when its token says so: what is typed from then on is for somebody else.</remarks>
/// <param name="escapes">What is for this program.</param>
/// <param name="wanted">Is told of it.</param>
/// <param name="before">What was typed already, and comes first.</param>
internal sealed partial class Keyboard(Escapes escapes, Action<Escape> wanted, ReadOnlyMemory<byte> before) : Stream
{
    private const int StandardInput = 0;
    private const short Readable = 1;
    private const int Interrupted = 4;

    private readonly byte[] _typed = new byte[4096];
    private readonly AnonymousPipeServerStream _wake = new(PipeDirection.Out);
    private ReadOnlyMemory<byte> _sorted = before;

    public override bool CanRead => true;

    public override bool CanWrite => false;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using CancellationTokenRegistration woken = cancellationToken.UnsafeRegister(static wake => ((Stream)wake!).WriteByte(0), _wake);
        while (_sorted.Length == 0)
        {
            Wait(cancellationToken);
            int count = ReadTyped();
            if (count == 0)
                return new(0);
            var sent = new byte[count + escapes.Held];
            Escape escape = escapes.Sort(_typed.AsSpan(0, count), sent, out int length);
            _sorted = sent.AsMemory(0, length);
            if (escape != Escape.None)
                wanted(escape);
        }

        int taken = Math.Min(_sorted.Length, buffer.Length);
        _sorted[..taken].CopyTo(buffer);
        _sorted = _sorted[taken..];
        return new(taken);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void Wait(CancellationToken cancellationToken)
    {
        Span<PollRequest> requests = [new() { Descriptor = StandardInput, Events = Readable }, new() { Descriptor = (int)_wake.ClientSafePipeHandle.DangerousGetHandle(), Events = Readable }];
        do
            cancellationToken.ThrowIfCancellationRequested();
        while (Poll(requests, (nuint)requests.Length, -1) <= 0 || requests[1].Results != 0);
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
