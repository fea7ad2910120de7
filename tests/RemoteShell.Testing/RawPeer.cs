using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Testing;

/// <summary>A client that sends raw bytes, so that a test can send what a real client does not.</summary>
public sealed class RawPeer : IAsyncDisposable
{
    private readonly List<(string Type, string Header)> _passed = [];
    private readonly FrameReader _reader;

    private RawPeer(Stream stream)
    {
        Stream = stream;
        _reader = new(stream, FrameLimits.Default);
    }

    public Stream Stream { get; }

    public const string Hello = """{"type":"hello","version":1,"agent":"raw"}""";

    /// <summary>Connects with TLS and the authorized client's key.</summary>
    public static async Task<RawPeer> ConnectAsync(TestServer server)
    {
        SecureStream secure = await SecureStream.ConnectAsync(await TcpAsync(server.Address), server.Identity).Within();
        return new(secure.Stream);
    }

    /// <summary>Connects with TLS and any key.</summary>
    public static async Task<RawPeer> ConnectWithAsync(Identity identity, IPEndPoint address)
    {
        SecureStream secure = await SecureStream.ConnectAsync(await TcpAsync(address), identity).Within();
        return new(secure.Stream);
    }

    /// <summary>Connects with the test's own TLS options.</summary>
    public static async Task<RawPeer> ConnectAsync(IPEndPoint address, SslClientAuthenticationOptions options)
    {
        options.TargetHost = "";
        options.EnabledSslProtocols = SslProtocols.Tls13;
        options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        var tls = new SslStream(await TcpAsync(address));
        await tls.AuthenticateAsClientAsync(options).Within();
        return new(tls);
    }

    public static async Task<NetworkStream> TcpAsync(IPEndPoint address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address).WaitAsync(Waiting.Limit);
        return new(socket, ownsSocket: true);
    }

    /// <summary>Encodes a frame with any header and body.</summary>
    public static byte[] Frame(string header, byte[]? body = null)
    {
        byte[] text = Encoding.UTF8.GetBytes(header);
        return [.. BitConverter.GetBytes(text.Length), .. text, .. body ?? []];
    }

    /// <summary>Encodes a valid data frame.</summary>
    public static byte[] Data(uint channel, string stream, long offset, byte[] body)
    {
        string bodyFields = $"\"size\":{body.Length},\"hash\":\"{Checksum.Of(body)}\"";
        return Frame($$"""{"type":"data","channel":{{channel}},"stream":"{{stream}}","offset":{{offset}},{{bodyFields}}}""", body);
    }

    /// <summary>Encodes a request to run a shell command as a new job.</summary>
    public static byte[] Exec(uint channel, string command, string more = "")
        => Frame($$"""{"type":"open","channel":{{channel}},"request":"exec","job":"{{JobId.New()}}","command":"{{command}}"{{more}}}""");

    public async Task SendAsync(params byte[][] parts)
    {
        await Stream.WriteAsync(parts.SelectMany(part => part).ToArray()).Within();
        await Stream.FlushAsync().Within();
    }

    /// <summary>Reads the next frame. Returns null if the server closed.</summary>
    public async Task<(string Type, uint Channel, string Header, byte[] Body)?> ReadAsync()
    {
        if (await _reader.ReadAsync().Within() is not { } frame)
            return null;
        using PooledBytes body = frame.Body;
        return (frame.Envelope.Type, frame.Envelope.Channel, Encoding.UTF8.GetString(frame.Header.Span), body.Memory.ToArray());
    }

    /// <summary>Reads the header of the next frame of this type.</summary>
    /// <remarks>Frames of other types that come first are kept for later calls: channels may overtake one another.</remarks>
    public async Task<string> ReadAsync(string type)
    {
        if (_passed.FindIndex(frame => frame.Type == type) is >= 0 and int index)
        {
            string header = _passed[index].Header;
            _passed.RemoveAt(index);
            return header;
        }

        while (await ReadAsync() is { } frame)
        {
            if (frame.Type == type)
                return frame.Header;
            _passed.Add((frame.Type, frame.Header));
        }

        throw new EndOfStreamException($"the server closed before it said '{type}'");
    }

    /// <summary>Reads until the server closes. Returns true, or throws after the time limit.</summary>
    public async Task<bool> IsClosedAsync()
    {
        try
        {
            while (await ReadAsync() is not null)
            {
            }
        }
        catch (IOException)
        {
            // A reset closes the connection as well.
        }

        return true;
    }

    public async ValueTask DisposeAsync()
    {
        _reader.Dispose();
        await Stream.DisposeAsync();
    }
}
