using ClassicServices.Client.Conversations;
using ClassicServices.Wire;

namespace ClassicServices.Client.Dialogs;

/// <summary>Every message is acknowledged. The server closes a connection that is silent for too long.</summary>
internal static class Ack
{
    public static Dialog Dialog { get; } = new("ack", 6666, RunAsync);

    private static async Task RunAsync(Target target, Prompt prompt)
    {
        using TcpConnection server = await TcpConnection.OpenAsync(target);
        while (await prompt.ReadAsync() is { } line)
        {
            await server.SendAsync(Characters.Utf8.GetBytes($"{line}\n"));
            prompt.PrintLine(Characters.Utf8.GetString(await server.ReadAsync("ACK".Length)));
        }
    }
}
