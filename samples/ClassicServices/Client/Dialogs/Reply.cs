using ClassicServices.Client.Conversations;
using ClassicServices.Wire;

namespace ClassicServices.Client.Dialogs;

/// <summary>Sends the message in GBK, and shows the answer in UTF-8.</summary>
internal static class Reply
{
    public static Dialog Dialog { get; } = new("reply", 9090, RunAsync);

    private static async Task RunAsync(Target target, Prompt prompt)
    {
        using TcpConnection server = await TcpConnection.OpenAsync(target);
        while (await prompt.ReadAsync() is { } line)
        {
            if (line.Length == 0)
                continue;
            await server.SendAsync(Characters.Gbk.GetBytes(line));
            // The answer has no delimiter, but is always the same.
            byte[] answer = await server.ReadAsync(Characters.Gbk.GetByteCount("好的,我是服务端"));
            prompt.PrintLine(Characters.Gbk.GetString(answer));
        }
    }
}
