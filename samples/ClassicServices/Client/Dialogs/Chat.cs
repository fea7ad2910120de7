using ClassicServices.Client.Conversations;
using ClassicServices.Wire;

namespace ClassicServices.Client.Dialogs;

/// <summary>Messages of others arrive at any time, so one task receives while another one reads the keyboard.</summary>
internal static class Chat
{
    public static Dialog Dialog { get; } = new("chat", 9999, RunAsync);

    private static async Task RunAsync(Target target, Prompt prompt)
    {
        using TcpConnection server = await TcpConnection.OpenAsync(target);
        Task receiving = ReceiveAsync(server, prompt);
        Task sending = SendAsync(server, prompt);
        // At the end of the input, the last messages still come back. The server may also close first.
        Task first = await Task.WhenAny(receiving, sending);
        if (first == receiving && !sending.IsCompleted)
        {
            await receiving;
            throw new EndOfStreamException("the server closed the connection");
        }

        await sending;
        await receiving;
    }

    private static async Task SendAsync(TcpConnection server, Prompt prompt)
    {
        while (await prompt.ReadAsync() is { } line)
            await server.SendAsync(Characters.Utf8.GetBytes($"{line}\n"));
        server.EndSending();
    }

    private static async Task ReceiveAsync(TcpConnection server, Prompt prompt)
    {
        while (await server.ReadSomeAsync() is { Length: > 0 } bytes)
            prompt.Print(bytes);
        prompt.EndLine();
    }
}
