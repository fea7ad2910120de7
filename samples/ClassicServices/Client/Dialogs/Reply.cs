using ClassicServices.Wire;

namespace ClassicServices.Client.Dialogs;

/// <summary>Says everything in GBK, and shows the answer in UTF-8.</summary>
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
            // It has no end of its own, but it is always the same.
            prompt.Answer(Characters.Gbk.GetString(await talk.ReadAsync(Characters.Gbk.GetByteCount("好的,我是服务端"))));
        }
    }
}
