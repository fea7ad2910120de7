using System.Threading.Channels;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using Channel = RemoteShell.Protocol.Channels.Channel;

namespace RemoteShell.Testing;

/// <summary>Both sides of a connection in one process, without TLS.</summary>
public sealed class ConnectionPair : IAsyncDisposable
{
    private readonly Channel<(Channel Channel, OpenRequest Open)> _opened =
        System.Threading.Channels.Channel.CreateUnbounded<(Channel, OpenRequest)>();

    private ConnectionPair(Stream client, Stream server, ConnectionOptions options)
    {
        var handlers = new FrameHandlers { ChannelOpened = (channel, open) => _opened.Writer.TryWrite((channel, open)) };
        Server = Connection.StartServer(server, options, handlers);
        Client = Connection.StartClient(client, options, new() { NoticeReceived = text => Notices.Enqueue(text) });
    }

    public Connection Client { get; }

    public Connection Server { get; }

    /// <summary>The notices that the client received.</summary>
    public System.Collections.Concurrent.ConcurrentQueue<string> Notices { get; } = new();

    public static ConnectionPair Create(Faults? client = null, Faults? server = null, ConnectionOptions? options = null)
    {
        (MemoryDuplex a, MemoryDuplex b) = MemoryDuplex.CreatePair();
        return new(client is null ? a : new FaultyStream(a, client), server is null ? b : new FaultyStream(b, server), options ?? new());
    }

    /// <summary>Waits for the server's side of the next channel that the client opens.</summary>
    public async Task<Channel> AcceptAsync(CancellationToken cancellationToken = default)
        => (await _opened.Reader.ReadAsync(cancellationToken).Within()).Channel;

    /// <summary>Returns the server's side of the next channel, or null if there is none yet.</summary>
    public ValueTask<Channel?> TryAcceptAsync()
        => ValueTask.FromResult(_opened.Reader.TryRead(out (Channel Channel, OpenRequest Open) next) ? next.Channel : null);

    /// <summary>Opens a channel with one byte stream from the server to the client.</summary>
    public async Task<(IncomingStream In, OutgoingStream Out)> OpenStreamAsync(long window = 1024 * 1024, string digest = "crc32c")
    {
        IncomingStream? incoming = null;
        Client.Open(new GetRequest { Path = "x" }, channel => incoming = channel.AddIncoming("file", window, digest));
        Channel server = await AcceptAsync();
        return (incoming!, server.AddOutgoing("file", window, digest));
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Server.DisposeAsync();
    }
}
