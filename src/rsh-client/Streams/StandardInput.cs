using System.IO.Pipes;
using System.Runtime.InteropServices;
using RemoteShell.Cli.Client.Native;

namespace RemoteShell.Cli.Client.Streams;

/// <summary>Standard input as raw bytes: a file, a pipe, a device, or a terminal as its user has set it.</summary>
/// <remarks>
/// Uses read(2). The framework's console stream is a line editor on a terminal: it echoes, drops what is not UTF-8, and changes the
/// modes. One reader at a time.
/// </remarks>
internal sealed class StandardInput : ReadOnlyStream
{
    private AnonymousPipeServerStream? _wake;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        int count;
        while (!TryRead(buffer.Span, out count))
            await WaitAsync(cancellationToken);
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        int read;
        while (!TryRead(buffer.AsSpan(offset, count), out read))
            Wait(wake: null);
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _wake?.Dispose();
        base.Dispose(disposing);
    }

    // False if there is nothing yet. A hung-up terminal and a closed pipe are ready: the read tells.
    private static bool TryRead(Span<byte> buffer, out int count)
    {
        count = 0;
        Span<PollRequest> requests = [new() { Descriptor = LibC.StandardInput, Events = LibC.PollIn }];
        if (LibC.Poll(requests, 1, 0) <= 0)
            return false;
        nint read = LibC.Read(LibC.StandardInput, buffer, buffer.Length);
        if (read >= 0)
        {
            count = (int)read;
            return true;
        }

        int error = Marshal.GetLastPInvokeError();
        // Another reader of a non-blocking descriptor was faster.
        if (error == LibC.Interrupted || error == LibC.TryAgain)
            return false;
        throw new UnreadableInputException(Marshal.GetPInvokeErrorMessage(error));
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        _wake ??= new(PipeDirection.Out);
        AnonymousPipeServerStream wake = _wake;
        await using CancellationTokenRegistration registration = cancellationToken.Register(() => wake.WriteByte(0));
        await Task.Run(() => Wait(wake), CancellationToken.None);
        if (!cancellationToken.IsCancellationRequested)
            return;
        // Its byte would end each later wait.
        await wake.DisposeAsync();
        _wake = null;
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static void Wait(AnonymousPipeServerStream? wake)
    {
        // A negative descriptor is never ready.
        int other = wake is null ? -1 : (int)wake.ClientSafePipeHandle.DangerousGetHandle();
        Span<PollRequest> requests =
        [
            new() { Descriptor = LibC.StandardInput, Events = LibC.PollIn },
            new() { Descriptor = other, Events = LibC.PollIn },
        ];
        _ = LibC.Poll(requests, (nuint)requests.Length, -1);
    }
}
