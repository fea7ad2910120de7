using ClassicServices.Server.Conversations;
using ClassicServices.Wire;

namespace ClassicServices.Server.Services;

/// <summary>Answers every message with <c>好的,我是服务端</c>, in GBK.</summary>
internal static class Reply
{
    public static Service Service { get; } = new("reply", 9090, "answers in GBK", HandleAsync);

    private static async Task HandleAsync(Conversation client, ConnectedPeers peers, CancellationToken cancellationToken)
    {
        byte[] answer = Characters.Gbk.GetBytes("好的,我是服务端");
        // Half a character is not a message yet.
        while (await client.ReadCharactersAsync(Characters.Gbk, cancellationToken) is not null)
            await client.SendAsync(answer);
    }
}
