using ClassicServices.Wire;

namespace ClassicServices.Client.Dialogs;

/// <summary>A connection for each line, and its end is the answer's.</summary>
internal static class TimeLine
{
    public static Dialog Dialog { get; } = new("time-line", 21568, TalkAsync);

    private static async Task TalkAsync(Place place, Prompt prompt)
    {
        while (await prompt.ReadAsync() is { } line)
        {
            using TcpTalk talk = await TcpTalk.ConnectAsync(place);
            await talk.SendAsync(Characters.Utf8.GetBytes($"{line}\r\n"));
            List<byte> answer = [];
            while (await talk.ReadSomeAsync() is { Length: > 0 } some)
                answer.AddRange(some);
            prompt.Answer(Characters.Utf8.GetString([.. answer]).TrimEnd('\r', '\n'));
        }
    }
}
