using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Streams;

/// <summary>The bytes of a connection that a server makes. The loss of the connection to the server ends it.</summary>
/// <param name="channel">The channel of the request; this stream owns it.</param>
/// <param name="received">What arrives.</param>
/// <param name="sent">What is sent.</param>
internal sealed class ForwardedStream(Channel channel, IncomingStream received, OutgoingStream sent) : DuplexStream
{
    private PooledBytes _block;
    private int _taken;
    private bool _hasBlock;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length == 0)
            return 0;
        if (!_hasBlock)
        {
            (_block, _taken) = (await AsIOAsync(() => received.ReadAsync(cancellationToken)).ConfigureAwait(false), 0);
            if (_block.Length == 0)
                return 0;
            _hasBlock = true;
        }

        int count = Math.Min(buffer.Length, _block.Length - _taken);
        _block.Memory.Slice(_taken, count).CopyTo(buffer);
        _taken += count;
        if (_taken == _block.Length)
        {
            received.Return(_block);
            _hasBlock = false;
        }

        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await sent.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (RemoteShellException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    /// <summary>Ends the direction to the server. The other one stays open.</summary>
    public ValueTask EndAsync()
    {
        sent.End();
        return ValueTask.CompletedTask;
    }

    /// <summary>Waits until the server has given all bytes to the target, after both directions have ended.</summary>
    /// <remarks>Disposing the stream earlier drops what is still on its way.</remarks>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        try
        {
            _ = await channel.ReceiveAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (RemoteShellException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        if (_hasBlock)
            received.Return(_block);
        _hasBlock = false;
        // Closing the connection ends the tunnel too, so it need not wait until the server has read this.
        channel.Finish(new ErrorMessage { Code = CloseReason.Goodbye, Text = "the client has closed the connection" });
        await channel.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    // As the streams of sockets, so that their users see one kind of failure.
    private static async ValueTask<PooledBytes> AsIOAsync(Func<ValueTask<PooledBytes>> read)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (RemoteShellException e)
        {
            throw new IOException(e.Message, e);
        }
    }
}
