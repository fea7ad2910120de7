using System.Diagnostics;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Routes;

/// <summary>Reads a program's standard output and writes its standard input. Disposing it ends the program.</summary>
/// <param name="process">The program; this stream owns it.</param>
/// <param name="end">Says why it ended.</param>
internal sealed class ProgramStream(Process process, ProgramEnd end) : DuplexStream
{
    // A program that has lost its standard input should end by itself.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(200);

    private readonly Stream _output = process.StandardOutput.BaseStream;
    private readonly Stream _input = process.StandardInput.BaseStream;
    private bool _hasRead;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count = await _output.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (count == 0 && !_hasRead && buffer.Length > 0)
            throw await EndedAsync(cancellationToken).ConfigureAwait(false);
        _hasRead |= count > 0;
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await _input.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
            await _input.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException) when (!_hasRead)
        {
            throw await EndedAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        try
        {
            await _input.DisposeAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The program has ended, and what was not sent yet is lost with it.
        }

        if (!await ExitsAsync(Grace).ConfigureAwait(false))
            process.Kill();
        await _output.DisposeAsync().ConfigureAwait(false);
        process.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<bool> ExitsAsync(TimeSpan time)
    {
        using var limit = new CancellationTokenSource(time);
        try
        {
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    // Closed without a byte: the program could not reach the server.
    private async Task<ConnectFailedException> EndedAsync(CancellationToken cancellationToken)
    {
        await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        return await end.DescribeAsync(process.ExitCode, cancellationToken).ConfigureAwait(false);
    }
}
