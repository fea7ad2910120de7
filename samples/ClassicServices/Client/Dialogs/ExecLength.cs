using System.Buffers.Binary;
using ClassicServices.Client.Conversations;
using ClassicServices.Wire;

namespace ClassicServices.Client.Dialogs;

/// <summary>Four bytes state the length of the output.</summary>
internal static class ExecLength
{
    public static Dialog Dialog { get; } = new("exec-length", 8000, RunAsync);

    private static async Task RunAsync(Target target, Prompt prompt)
    {
        using TcpConnection server = await TcpConnection.OpenAsync(target);
        while (await prompt.ReadAsync() is { } line)
        {
            await server.SendAsync(Characters.Utf8.GetBytes($"{line}\n"));
            int length = BinaryPrimitives.ReadInt32LittleEndian(await server.ReadAsync(sizeof(int)));
            if (length < 0)
                throw new InvalidDataException($"a length cannot be {length}");
            await server.ReadAsync(length, bytes => prompt.Print(bytes.Span));
            prompt.EndLine();
        }
    }
}
