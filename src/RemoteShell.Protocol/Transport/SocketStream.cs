using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace RemoteShell.Protocol.Transport;

/// <summary>The stream of a connected socket, which it owns. An empty read returns when there is something to read, or the end.</summary>
/// <remarks>
/// An empty read of the framework's stream also returns for bytes that were read meanwhile. Then TLS above it would hold a buffer of
/// 32 KiB for as long as the connection is idle.
/// </remarks>
public sealed class SocketStream(Socket socket) : NetworkStream(socket, ownsSocket: true)
{
    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        => buffer.IsEmpty ? WaitAsync(cancellationToken) : base.ReadAsync(buffer, cancellationToken);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> WaitAsync(CancellationToken cancellationToken)
    {
        do
        {
            await base.ReadAsync(Memory<byte>.Empty, cancellationToken).ConfigureAwait(false);
        }
        while (!IsReadable());

        return 0;
    }

    private bool IsReadable()
    {
        try
        {
            return Socket.Poll(0, SelectMode.SelectRead);
        }
        catch (ObjectDisposedException)
        {
            // The next read says so.
            return true;
        }
    }
}
