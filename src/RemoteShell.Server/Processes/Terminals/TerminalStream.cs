using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Processes.Terminals;

/// <summary>One direction of a pseudo-terminal's master, which does not block. One user at a time.</summary>
internal sealed partial class TerminalStream(SafeFileHandle master) : Stream
{
    // <errno.h>, <asm-generic/ioctls.h>
    private const int Interrupted = 4, HungUp = 5, TryAgain = 11;
    private const nuint BytesWaiting = 0x541B;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Is told what was read; null: nobody is.</summary>
    public Action<ReadOnlySpan<byte>>? Shown { get; set; }

    /// <summary>Whether a line was begun and not ended by what was written.</summary>
    public bool IsInLine { get; private set; }

    /// <summary>Bytes that can be read at once.</summary>
    public int Waiting => Control(master, BytesWaiting, out int count) == 0 ? count : 0;

    // Nothing is left to read once no process has the terminal open any more.
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            nint count = Read(master, buffer.Span, buffer.Length);
            if (count >= 0)
            {
                Shown?.Invoke(buffer.Span[..(int)count]);
                return (int)count;
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case HungUp:
                    return 0;
                case TryAgain:
                    await ReadyAsync(EpollLoop.Readable, cancellationToken);
                    break;
                case not Interrupted:
                    throw new IOException($"the terminal cannot be read: {Marshal.GetLastPInvokeErrorMessage()}");
            }
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (buffer.Length > 0)
        {
            nint count = Write(master, buffer.Span, buffer.Length);
            if (count > 0)
            {
                IsInLine = buffer.Span[(int)count - 1] is not ((byte)'\n' or (byte)'\r');
                buffer = buffer[(int)count..];
            }
            else if (count == 0 || Marshal.GetLastPInvokeError() == TryAgain)
                await ReadyAsync(EpollLoop.Writable, cancellationToken);
            else if (Marshal.GetLastPInvokeError() is not Interrupted)
                throw new IOException($"the terminal cannot be written to: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        master.Dispose();
        base.Dispose(disposing);
    }

    private async Task ReadyAsync(uint events, CancellationToken cancellationToken)
    {
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!EpollLoop.TryWatch((int)master.DangerousGetHandle(), events, ready.SetResult, out long number))
            throw new IOException("the system cannot wait for the terminal");
        await using (cancellationToken.UnsafeRegister(_ => { if (EpollLoop.Forget(number)) ready.SetCanceled(cancellationToken); }, null))
            await ready.Task;
    }

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(SafeFileHandle master, Span<byte> buffer, nint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(SafeFileHandle master, ReadOnlySpan<byte> buffer, nint count);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle master, nuint request, out int count);
}
