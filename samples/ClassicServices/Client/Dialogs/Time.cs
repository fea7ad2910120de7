using ClassicServices.Client.Conversations;
using ClassicServices.Wire;

namespace ClassicServices.Client.Dialogs;

/// <summary>The answer has the length of the message and the time in front of it.</summary>
internal static class Time
{
    // The originals read this many bytes at a time.
    private const int OriginalReadSize = 1024;

    public static Dialog Dialog { get; } = new(
        "time",
        21567,
        (target, prompt) => target.OverUdp ? Datagrams.RunAsync(target, prompt) : RunAsync(target, prompt, trailing: 0));

    /// <summary>The same, with a space after the message.</summary>
    public static Dialog WithSpace { get; } = new("time-async", 21569, (target, prompt) => RunAsync(target, prompt, trailing: 1));

    private static async Task RunAsync(Target target, Prompt prompt, int trailing)
    {
        using TcpConnection server = await TcpConnection.OpenAsync(target);
        while (await prompt.ReadAsync() is { Length: > 0 } line)
        {
            byte[] message = Characters.Utf8.GetBytes(line);
            // The server would read a longer message as several, and put the time in front of each.
            if (message.Length > OriginalReadSize)
                throw new InvalidDataException($"the line has {message.Length} bytes; a message has at most {OriginalReadSize}");
            await server.SendAsync(message);
            byte[] answer = await server.ReadAsync(CTime.StampLength + message.Length + trailing);
            prompt.PrintLine(Characters.Utf8.GetString(answer));
        }
    }
}
