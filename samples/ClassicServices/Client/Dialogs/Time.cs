using ClassicServices.Wire;

namespace ClassicServices.Client.Dialogs;

/// <summary>The answer is as long as the message and the time in front of it.</summary>
internal static class Time
{
    // The originals read so much at a time.
    private const int OneRead = 1024;

    public static Dialog Dialog { get; } = new("time", 21567, (place, prompt) => place.OverUdp ? Datagrams.TalkAsync(place, prompt) : TalkAsync(place, prompt, behind: 0));

    /// <summary>The same, with a space behind the message.</summary>
    public static Dialog WithSpace { get; } = new("time-async", 21569, (place, prompt) => TalkAsync(place, prompt, behind: 1));

    private static async Task TalkAsync(Place place, Prompt prompt, int behind)
    {
        using TcpTalk talk = await TcpTalk.ConnectAsync(place);
        while (await prompt.ReadAsync() is { Length: > 0 } line)
        {
            byte[] message = Characters.Utf8.GetBytes(line);
            // A longer one would be several, with a time in front of each, and nobody could tell where.
            if (message.Length > OneRead)
                throw new InvalidDataException($"the line has {message.Length} bytes, and {OneRead} are read as one message");
            await talk.SendAsync(message);
            prompt.Answer(Characters.Utf8.GetString(await talk.ReadAsync(CTime.StampLength + message.Length + behind)));
        }
    }
}
