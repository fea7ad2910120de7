using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using RemoteShell.Server.Native;
using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Processes.Terminals;

/// <summary>One direction of a pseudo-terminal's master, whose descriptor does not block. One caller at a time.</summary>
internal sealed class TerminalStream(SafeFileHandle master) : Stream, IReadableBytes
{
    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Whether the bytes written so far end within a line.</summary>
    public bool IsInLine { get; private set; }

    public int Available => FileCalls.DeviceControl(master, FileCalls.BytesReadable, out int count) == 0 ? count : 0;

    public bool IsHungUp => FileCalls.IsHungUp(master);

    /// <summary>Reads what the terminal shows; returns 0 when no process has the terminal open any more.</summary>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            nint count = FileCalls.Read(master, buffer.Span, buffer.Length);
            if (count >= 0)
                return (int)count;

            switch (Marshal.GetLastPInvokeError())
            {
                // What the system answers once no process has the terminal open.
                case FileCalls.InputOutputError:
                    return 0;
                case FileCalls.TryAgain:
                    await ReadyAsync(EpollLoop.Readable, cancellationToken);
                    break;
                case not FileCalls.Interrupted:
                    throw new IOException($"cannot read the terminal: {Marshal.GetLastPInvokeErrorMessage()}");
            }
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (buffer.Length > 0)
        {
            nint count = FileCalls.Write(master, buffer.Span, buffer.Length);
            if (count > 0)
            {
                IsInLine = buffer.Span[(int)count - 1] is not ((byte)'\n' or (byte)'\r');
                buffer = buffer[(int)count..];
            }
            else if (count == 0 || Marshal.GetLastPInvokeError() == FileCalls.TryAgain)
            {
                await ReadyAsync(EpollLoop.Writable, cancellationToken);
            }
            else if (Marshal.GetLastPInvokeError() is not FileCalls.Interrupted)
            {
                throw new IOException($"cannot write to the terminal: {Marshal.GetLastPInvokeErrorMessage()}");
            }
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
        await using (cancellationToken.UnsafeRegister(_ => Cancel(), null))
            await ready.Task;

        void Cancel()
        {
            if (EpollLoop.TryForget(number))
                ready.SetCanceled(cancellationToken);
        }
    }
}
