using System.Globalization;
using ClassicServices.Server.Conversations;
using ClassicServices.Wire;

namespace ClassicServices.Server.Services;

/// <summary>Sends each message to all peers, the sender too. <c>quit</c> leaves.</summary>
/// <remarks>They receive <c>2022-01-28 15:35:31.940000 127.0.0.1:51234 hello</c>.</remarks>
internal static class Chat
{
    public static Service Service { get; } = new("chat", 9999, "sends each message to all peers", HandleAsync);

    private static async Task HandleAsync(Conversation client, ConnectedPeers peers, CancellationToken cancellationToken)
    {
        while (await client.ReadMessageAsync(cancellationToken) is { } message)
        {
            if (Characters.Utf8.GetString(message).Trim() == "quit")
                return;
            await BroadcastAsync(peers, client, message);
        }
    }

    // The message keeps its newline, or has none, as it came.
    private static async Task BroadcastAsync(ConnectedPeers peers, Conversation sender, byte[] message)
    {
        await peers.BroadcastLock.WaitAsync();
        try
        {
            byte[] line = [.. Characters.Utf8.GetBytes($"{Time(peers)}{sender.Peer} "), .. message];
            // All at once, so that several slow peers together cost one timeout.
            Conversation?[] slow = await Task.WhenAll(peers.All.Select(peer => EnqueueAsync(peer, line)));
            foreach (Conversation dropped in slow.OfType<Conversation>().Where(peer => peer.Drop()).ToArray())
                Announce(peers, $"{dropped.Peer} was dropped: it reads too slowly");
        }
        finally
        {
            peers.BroadcastLock.Release();
        }
    }

    // Returns the peer if it is too slow, else null.
    private static async Task<Conversation?> EnqueueAsync(Conversation peer, byte[] line)
        => await peer.EnqueueAsync(line) ? null : peer;

    private static void Announce(ConnectedPeers peers, string text)
    {
        foreach (Conversation peer in peers.All)
            _ = peer.EnqueueAsync(Characters.Utf8.GetBytes($"{Time(peers)}{text}\n"));
    }

    private static string Time(ConnectedPeers peers)
        => peers.Options.NoTime ? "" : DateTime.Now.ToString("yyyy-MM-dd HH:mm:ss.ffffff ", CultureInfo.InvariantCulture);
}
