using System.Globalization;
using ClassicServices.Wire;

namespace ClassicServices.Server.Services;

/// <summary>What one says, everybody hears, the speaker too: <c>2022-01-28 15:35:31.940000 127.0.0.1:51234 hello</c>. <c>quit</c> leaves.</summary>
internal static class Chat
{
    public static Service Service { get; } = new("chat", 9999, "tells everybody what one says", HandleAsync);

    private static async Task HandleAsync(Conversation talk, Gathering gathering, CancellationToken cancellationToken)
    {
        while (await talk.ReadMessageAsync(cancellationToken) is { } message && Characters.Utf8.GetString(message).Trim() != "quit")
            await TellAsync(gathering, talk, message);
    }

    // The message keeps its own end of line, or has none, as it came.
    private static async Task TellAsync(Gathering gathering, Conversation speaker, byte[] message)
    {
        await gathering.Turn.WaitAsync();
        try
        {
            byte[] told = [.. Characters.Utf8.GetBytes($"{Time(gathering)}{speaker.Peer} "), .. message];
            // Nobody waits for long, nor for one after the other, for those who do not read: they are dropped, and the others hear of that.
            (Conversation Peer, bool HasIt)[] posted = await Task.WhenAll(gathering.Present.Select(async peer => (peer, await peer.PostAsync(told))));
            foreach ((Conversation gone, _) in posted.Where(one => !one.HasIt && one.Peer.Drop()).ToArray())
                foreach (Conversation other in gathering.Present)
                    _ = other.PostAsync(Characters.Utf8.GetBytes($"{Time(gathering)}{gone.Peer} was dropped: it reads too slowly\n"));
        }
        finally
        {
            gathering.Turn.Release();
        }
    }

    private static string Time(Gathering gathering)
        => gathering.Options.NoTime ? "" : DateTime.Now.ToString("yyyy-MM-dd HH:mm:ss.ffffff ", CultureInfo.InvariantCulture);
}
