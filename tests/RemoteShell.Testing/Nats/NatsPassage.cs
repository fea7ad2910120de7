using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace RemoteShell.Testing.Nats;

/// <summary>One connection through a <see cref="NatsProxy"/>. What the client sends is passed on as it is.</summary>
internal sealed class NatsPassage(NatsProxy proxy, Socket client, Socket server)
{
    // A message that waits for the next one does not wait longer.
    private static readonly TimeSpan SwapLimit = TimeSpan.FromMilliseconds(20);

    private readonly Channel<(string? Subject, byte[] Bytes)> _toClient = Channel.CreateBounded<(string?, byte[])>(64);

    public async Task RunAsync(IPEndPoint target, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await server.ConnectAsync(target, over.Token);
            Task[] all = [ToServerAsync(over.Token), ReadAsync(over.Token), ToClientAsync(over.Token)];
            await Task.WhenAny(all);
            await over.CancelAsync();
            await Task.WhenAll(all);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException or IOException)
        {
            // The connection has ended.
        }

        Cut();
    }

    public void Cut()
    {
        client.Close(0);
        server.Close(0);
    }

    private async Task ToServerAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        while (await client.ReceiveAsync(buffer, cancellationToken) is > 0 and int count)
            await SendAsync(server, buffer.AsMemory(0, count), cancellationToken);
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        await using var stream = new NetworkStream(server);
        PipeReader reader = PipeReader.Create(stream);
        while (true)
        {
            ReadResult result = await reader.ReadAsync(cancellationToken);
            ReadOnlySequence<byte> left = result.Buffer;
            while (Take(ref left) is { } next)
                await _toClient.Writer.WriteAsync(next, cancellationToken);
            reader.AdvanceTo(left.Start, left.End);
            if (result.IsCompleted)
                return;
        }
    }

    private async Task ToClientAsync(CancellationToken cancellationToken)
    {
        byte[]? held = null;
        while (true)
        {
            if (held is not null && !await ComesAsync(cancellationToken))
            {
                await SendAsync(client, held, cancellationToken);
                held = null;
            }

            (string? subject, byte[] bytes) = await _toClient.Reader.ReadAsync(cancellationToken);
            (int times, bool isSwapped, TimeSpan delay) = subject is null ? (1, false, default) : proxy.Decide(subject);
            if (delay > TimeSpan.Zero)
                await Task.Delay(delay, cancellationToken);
            if (isSwapped && held is null && times > 0)
            {
                held = bytes;
                continue;
            }

            for (int n = 0; n < times; n++)
                await SendAsync(client, bytes, cancellationToken);
            if (held is null)
                continue;
            await SendAsync(client, held, cancellationToken);
            held = null;
        }
    }

    private async Task<bool> ComesAsync(CancellationToken cancellationToken)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(SwapLimit);
        try
        {
            return await _toClient.Reader.WaitToReadAsync(time.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private static async Task SendAsync(Socket to, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0)
            bytes = bytes[await to.SendAsync(bytes, cancellationToken)..];
    }

    // The next line, with its message if it announces one: MSG subject sid [reply] size, HMSG subject sid [reply] header-size size.
    private static (string? Subject, byte[] Bytes)? Take(ref ReadOnlySequence<byte> left)
    {
        if (left.PositionOf((byte)'\n') is not { } end)
            return null;
        long length = left.GetOffset(end) - left.GetOffset(left.Start) + 1;
        string[] words = Encoding.UTF8.GetString(left.Slice(0, length))
            .Split((char[])[' ', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries);
        string? subject = null;
        if (words is ["MSG" or "HMSG", var name, _, .., var size])
        {
            subject = name;
            length += long.Parse(size) + "\r\n".Length;
        }

        if (left.Length < length)
            return null;
        byte[] bytes = left.Slice(0, length).ToArray();
        left = left.Slice(length);
        return (subject, bytes);
    }
}
