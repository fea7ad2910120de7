using System.Buffers.Binary;
using ClassicServices.Wire;

namespace ClassicServices.Client.Dialogs;

/// <summary>Four bytes tell how long the output is.</summary>
internal static class ExecLength
{
    public static Dialog Dialog { get; } = new("exec-length", 8000, TalkAsync);

    private static async Task TalkAsync(Place place, Prompt prompt)
    {
        using TcpTalk talk = await TcpTalk.ConnectAsync(place);
        while (await prompt.ReadAsync() is { } line)
        {
            await talk.SendAsync(Characters.Utf8.GetBytes($"{line}\n"));
            int length = BinaryPrimitives.ReadInt32LittleEndian(await talk.ReadAsync(sizeof(int)));
            if (length < 0)
                throw new InvalidDataException($"a length of {length} makes no sense");
            await talk.ReadAsync(length, piece => prompt.Print(piece.Span));
            prompt.EndLine();
        }
    }
}
