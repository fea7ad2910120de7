using RemoteShell.Protocol.Broadcasts;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Server.Tests.Broadcasts;

/// <summary>Signs requests with the key that a test server knows, and passes them as a program on its machine does.</summary>
internal sealed class Broadcaster(TestServer server)
{
    public BroadcastHost Host { get; init; } = new() { Name = "web7" };

    public static long Now => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    /// <summary>A request that the server accepts.</summary>
    public BroadcastRequest Request(string command)
    {
        // A server refuses what may be older than itself, and times are in ms.
        Thread.Sleep(3);
        return new()
        {
            Run = JobId.New(),
            Targets = "web[1-9]",
            Issued = Now,
            NotAfter = Now + 60_000,
            Key = server.Identity.PublicKey.ToString(),
            Command = command,
        };
    }

    /// <summary>Signs a request, and waits for its verified result.</summary>
    public Task<BroadcastResult> AskAsync(BroadcastRequest request) => AskAsync(request.Sign(server.Identity));

    /// <summary>Sends signed bytes, and waits for the verified result.</summary>
    public async Task<BroadcastResult> AskAsync(SignedText text)
    {
        byte[] answer = await SendAsync([.. Host.ToBytes(), .. text.ToBytes()]);
        BroadcastResult result = BroadcastResult.Open(SignedText.Parse(answer, SignedKind.Result));
        Assert.Equal(server.Server.HostKey.ToString(), result.Key);
        Assert.Equal((text.PayloadHash, Host.Name), (result.Request, result.Name));
        return result;
    }

    /// <summary>Sends bytes, and returns all that comes back.</summary>
    public async Task<byte[]> SendAsync(byte[] bytes)
    {
        (MemoryDuplex own, MemoryDuplex other) = MemoryDuplex.CreatePair();
        Task answering = AnswerAsync(other, CancellationToken.None);
        await own.WriteAsync(bytes).Within();
        using var answer = new MemoryStream();
        await own.CopyToAsync(answer).Within();
        await answering.Within();
        return answer.ToArray();
    }

    /// <summary>Sends a request, and leaves before its result.</summary>
    public async Task<IAsyncDisposable> BeginAsync(BroadcastRequest request)
    {
        (MemoryDuplex own, MemoryDuplex other) = MemoryDuplex.CreatePair();
        _ = AnswerAsync(other, CancellationToken.None);
        await own.WriteAsync((byte[])[.. Host.ToBytes(), .. request.Sign(server.Identity).ToBytes()]).Within();
        return own;
    }

    private async Task AnswerAsync(MemoryDuplex stream, CancellationToken cancellationToken)
    {
        await using (stream)
            await server.Server.AnswerBroadcastAsync(stream, cancellationToken);
    }
}
