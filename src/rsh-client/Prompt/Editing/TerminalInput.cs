using System.IO.Pipes;
using System.Runtime.InteropServices;
using RemoteShell.Cli.Client.Native;

namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>Reads the bytes of the terminal.</summary>
internal sealed class TerminalInput : IDisposable
{
    private readonly AnonymousPipeServerStream _wake = new(PipeDirection.Out);
    private readonly Lock _gate = new();

    // Guarded by _gate.
    private bool _isDisposed;

    /// <summary>Whether standard input has ended: the terminal is gone.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Ends the wait of this moment, or the next one.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            if (!_isDisposed)
                _wake.WriteByte(0);
        }
    }

    /// <summary>Waits for bytes, and reads those that are there.</summary>
    /// <param name="bytes">Receives them.</param>
    /// <param name="timeout">How long to wait in ms; null: without a limit.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The number of bytes; 0 after the timeout and at the end; null after <see cref="Wake"/>.</returns>
    public int? Read(Span<byte> bytes, int? timeout, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = cancellationToken.Register(Wake);
        int wake = (int)_wake.ClientSafePipeHandle.DangerousGetHandle();
        Span<PollRequest> requests =
        [
            new() { Descriptor = LibC.StandardInput, Events = LibC.PollIn },
            new() { Descriptor = wake, Events = LibC.PollIn },
        ];
        while (true)
        {
            int ready = LibC.Poll(requests, (nuint)requests.Length, timeout ?? -1);
            bool isWoken = ready > 0 && requests[1].Results != 0;
            if (isWoken)
                _ = LibC.Read(wake, bytes, 1);
            cancellationToken.ThrowIfCancellationRequested();
            if (isWoken)
                return null;
            if (ready == 0)
                return 0;
            if (ready < 0 || requests[0].Results == 0)
                continue;
            nint count = LibC.Read(LibC.StandardInput, bytes, bytes.Length);
            if (count > 0)
                return (int)count;
            int error = Marshal.GetLastPInvokeError();
            if (count < 0 && (error == LibC.Interrupted || error == LibC.TryAgain))
                continue;
            HasEnded = true;
            return 0;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _wake.Dispose();
        }
    }
}
