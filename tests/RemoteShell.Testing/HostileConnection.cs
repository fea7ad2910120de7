using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using RemoteShell.Protocol.Frames;

namespace RemoteShell.Testing;

/// <summary>A connection of a <see cref="HostileServer"/>.</summary>
public sealed class HostileConnection : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly FrameReader _reader;
    private readonly CancellationToken _ended;

    internal HostileConnection(int number, Socket socket, Stream stream, CancellationToken ended)
    {
        (Number, _socket, _stream, _ended) = (number, socket, stream, ended);
        _reader = new(stream, FrameLimits.Default);
    }

    private string _asked = "";

    /// <summary>The number of this connection, from 1.</summary>
    public int Number { get; }

    /// <summary>Reads up to the next request, and returns its fields.</summary>
    /// <exception cref="IOException">The client has closed the connection.</exception>
    public async Task<JsonElement> ReadOpenAsync()
    {
        while (await _reader.ReadAsync(_ended) is { } frame)
        {
            using PooledBytes body = frame.Body;
            if (frame.Envelope.Type != "open")
                continue;
            JsonElement open = JsonDocument.Parse(Encoding.UTF8.GetString(frame.Header.Span)).RootElement;
            _asked = open.TryGetProperty("job", out JsonElement job) ? job.GetString()! : "";
            return open;
        }

        throw new EndOfStreamException("the client closed the connection without a request");
    }

    /// <summary>Sends frames without bodies. The word ASKED becomes the job of the last request.</summary>
    public Task SayAsync(params string[] headers)
        => SendAsync([.. headers.Select(header => RawPeer.Frame(header.Replace("ASKED", _asked, StringComparison.Ordinal)))]);

    /// <summary>Sends bytes.</summary>
    public async Task SendAsync(params byte[][] parts)
    {
        await _stream.WriteAsync(parts.SelectMany(part => part).ToArray(), _ended);
        await _stream.FlushAsync(_ended);
    }

    /// <summary>Answers pings and drops everything else, until the client closes.</summary>
    public async Task DrainAsync()
    {
        while (await _reader.ReadAsync(_ended) is { } frame)
        {
            using PooledBytes body = frame.Body;
            if (frame.Envelope.Type == "ping")
                await SayAsync(Encoding.UTF8.GetString(frame.Header.Span).Replace("\"ping\"", "\"pong\"", StringComparison.Ordinal));
        }
    }

    /// <summary>Resets the connection, so that the client may lose what was sent last.</summary>
    public void Reset() => _socket.Close(0);

    public async ValueTask DisposeAsync()
    {
        _reader.Dispose();
        await _stream.DisposeAsync();
    }
}
