using ClassicServices.Wire;

namespace ClassicServices.Client.Dialogs;

/// <summary>Says everything in GBK, and shows the answer in UTF-8. It is whole when its last character is.</summary>
internal static class Reply
{
    public static Dialog Dialog { get; } = new("reply", 9090, TalkAsync);

    private static async Task TalkAsync(Place place, Prompt prompt)
    {
        using TcpTalk talk = await TcpTalk.ConnectAsync(place);
        while (await prompt.ReadAsync() is { } line)
        {
            if (line.Length == 0)
                continue;
            await talk.SendAsync(Characters.Gbk.GetBytes(line));
            List<byte> answer = [];
            do
            {
                answer.AddRange(await talk.ReadSomeAsync() is { Length: > 0 } some ? some : throw new EndOfStreamException("the server closed the connection"));
            }
            while (Characters.WholeBytes([.. answer], Characters.Gbk) < answer.Count);
            prompt.Answer(Characters.Gbk.GetString([.. answer]));
        }
    }
}
