using System.Net;
using System.Net.Sockets;
using RemoteShell.Protocol.Broadcasts;

namespace RemoteShell.Broker.Broadcasts;

/// <summary>The <c>rsh-server</c> of this host, at its unix socket.</summary>
/// <param name="address">The socket.</param>
/// <param name="host">How the host is called.</param>
public sealed class SocketServer(EndPoint address, BroadcastHost host) : RequestServer
{
    /// <inheritdoc/>
    public override async Task<SignedText?> AnswerAsync(SignedText request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(address, cancellationToken).ConfigureAwait(false);
            var stream = new NetworkStream(socket);
            await using (stream.ConfigureAwait(false))
            {
                await stream.WriteAsync(host.ToBytes(), cancellationToken).ConfigureAwait(false);
                await stream.WriteAsync(request.ToBytes(), cancellationToken).ConfigureAwait(false);
                if (!await HasAnswerAsync(socket, cancellationToken).ConfigureAwait(false))
                    return null;
                return await SignedText.ReadAsync(stream, SignedKind.Result, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is SocketException or BroadcastException)
        {
            throw new IOException($"the server at {address} does not answer: {e.Message}", e);
        }
    }

    // The server closes the connection of a request that is worth no answer.
    private static async Task<bool> HasAnswerAsync(Socket socket, CancellationToken cancellationToken)
        => await socket.ReceiveAsync(new byte[1], SocketFlags.Peek, cancellationToken).ConfigureAwait(false) > 0;
}
