using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Testing.Hostile;

/// <summary>A server on a free loopback port that answers the first request of each connection as its seed says.</summary>
public sealed class RandomHost : IAsyncDisposable
{
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(5);

    private readonly TemporaryFolder _folder = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Identity _identity;
    private readonly Task _accepting;

    public RandomHost()
    {
        _identity = Identity.LoadOrCreate(_folder["host.pem"]);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The seed of the next connections.</summary>
    public int Seed { get; set; }

    /// <summary>The last answer; null if there was no request since it was set to null.</summary>
    public RandomAnswer? Last { get; set; }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Where the server listens, as HOST:PORT.</summary>
    public string Host => $"127.0.0.1:{Port}";

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _accepting.Within();
        _listener.Stop();
        _identity.Dispose();
        _stopping.Dispose();
        _folder.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stopping.Token);
                serving.RemoveAll(task => task.IsCompleted);
                serving.Add(ServeAsync(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }

        await Task.WhenAll(serving);
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                SecureStream secure = await SecureStream.AcceptAsync(client.GetStream(), _identity, _stopping.Token);
                await using Stream stream = secure.Stream;
                await AnswerAsync(stream, client.Client);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or TransportException or SocketException)
            {
                // The client has left, or does not accept what it was sent.
            }
        }
    }

    private async Task AnswerAsync(Stream stream, Socket socket)
    {
        Choices choices = Choices.FromSeed(Seed);
        await stream.WriteAsync(RandomServer.Hello(choices), _stopping.Token);
        await stream.FlushAsync(_stopping.Token);
        using var reader = new FrameReader(stream, FrameLimits.Default);
        while (await reader.ReadAsync(_stopping.Token) is { } frame)
        {
            frame.Body.Dispose();
            if (frame.Envelope.Type != "open")
                continue;
            using JsonDocument open = JsonDocument.Parse(frame.Header);
            string request = open.RootElement.GetProperty("request").GetString()!;
            string job = open.RootElement.TryGetProperty("job", out JsonElement id) ? id.GetString()! : "0123456789abcdef";
            RandomAnswer answer = RandomServer.Answer(choices, request, frame.Envelope.Channel, job);
            Last = answer;
            await stream.WriteAsync(answer.Bytes, _stopping.Token);
            await stream.FlushAsync(_stopping.Token);
            // Not both directions: a reset would discard what the client has not read yet.
            socket.Shutdown(SocketShutdown.Send);
            await LingeringClose.DrainAsync(stream, DrainTime);
            return;
        }
    }
}
