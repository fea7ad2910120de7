using ClassicServices.Wire;

namespace ClassicServices.Client.Dialogs;

/// <summary>The answer is as long as the message and the time in front of it.</summary>
internal static class Time
{
    public static Dialog Dialog { get; } = new("time", 21567, (place, prompt) => place.OverUdp ? Datagrams.TalkAsync(place, prompt) : TalkAsync(place, prompt, behind: 0));

    /// <summary>The same, with a space behind the message.</summary>
    public static Dialog WithSpace { get; } = new("time-async", 21569, (place, prompt) => TalkAsync(place, prompt, behind: 1));

    private static async Task TalkAsync(Place place, Prompt prompt, int behind)
    {
        using TcpTalk talk = await TcpTalk.ConnectAsync(place);
        while (await prompt.ReadAsync() is { Length: > 0 } line)
        {
            byte[] message = Characters.Utf8.GetBytes(line);
            await talk.SendAsync(message);
            prompt.Answer(Characters.Utf8.GetString(await talk.ReadAsync(CTime.StampLength + message.Length + behind)));
        }
    }
}
